package org.newci.shell.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.newci.auth.BearerToken;
import org.newci.shell.json.Json;
import org.slf4j.MDC;

/**
 * Another component, as seen by a caller: a name for sentences, a base URL, our token for it. Every
 * call has a deadline for the whole of it.
 */
public final class Peer {

  /** Deadline of {@link #CONNECT connecting}. */
  public static final Duration CONNECT = Duration.ofSeconds(5);

  private static final MediaType JSON = MediaType.get("application/json");
  private static final int LONGEST_ERROR = 64 * 1024;

  private final String name;
  private final String base;
  private final Supplier<BearerToken> token;
  private final OkHttpClient http;

  public Peer(String name, URI base, Supplier<BearerToken> token, @Nullable TrustedCa ca) {
    this(name, base.toString().replaceAll("/+$", ""), token, client(ca));
  }

  private Peer(String name, String base, Supplier<BearerToken> token, OkHttpClient http) {
    this.name = name;
    this.base = base;
    this.token = token;
    this.http = http;
  }

  /** A component that we have no token for: only {@link #showing} one that was lent. */
  public static Peer stranger(String name, URI base, @Nullable TrustedCa ca) {
    return new Peer(
        name,
        base,
        () -> {
          throw new IllegalStateException("no token for the %s was lent".formatted(name));
        },
        ca);
  }

  /** The same component over the same connections, by a token that somebody lent us. */
  public Peer showing(BearerToken lent) {
    return new Peer(name, base, () -> lent, http);
  }

  /**
   * A client that believes only that CA and follows no redirect. Each of its calls needs a
   * deadline.
   */
  public static OkHttpClient client(@Nullable TrustedCa ca) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .socketFactory(new ProbedSockets())
            .connectTimeout(CONNECT)
            // A peer that is gone is probed for. A limit for each read would wake its watch at
            // every 8 KiB.
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .followRedirects(false)
            .followSslRedirects(false);
    if (ca != null) {
      builder.sslSocketFactory(ca.socketFactory(), ca.trustManager());
    }
    return builder.build();
  }

  /** GET of a JSON answer. */
  public <T> T get(String path, Class<T> answer, Duration deadline) throws PeerFailure {
    return json(request(path).get().build(), answer, deadline);
  }

  /** POST of a JSON body, for a JSON answer. */
  public <T> T post(String path, Object body, Class<T> answer, Duration deadline)
      throws PeerFailure {
    return json(
        request(path).post(RequestBody.create(Json.write(body), JSON)).build(), answer, deadline);
  }

  /** PUT of bytes, for a JSON answer. */
  public <T> T put(String path, RequestBody body, Class<T> answer, Duration deadline)
      throws PeerFailure {
    return json(request(path).put(body).build(), answer, deadline);
  }

  /** GET of anything; the caller closes the answer, whose status is a success. */
  public Response open(String path, Duration deadline) throws PeerFailure {
    return call(request(path).get().build(), deadline);
  }

  private Request.Builder request(String path) {
    Request.Builder request =
        new Request.Builder()
            .url(base + path)
            .header("Authorization", "Bearer " + token.get().reveal());
    String id = MDC.get("request");
    return id == null ? request : request.header("X-Request-Id", id);
  }

  private <T> T json(Request request, Class<T> type, Duration deadline) throws PeerFailure {
    try (Response response = call(request, deadline)) {
      return Json.lenient().readValue(response.body().string(), type);
    } catch (JsonProcessingException e) {
      throw new PeerFailure.Unreachable(
          "The %s answered with something that is not the expected JSON.".formatted(name), e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private Response call(Request request, Duration deadline) throws PeerFailure {
    var call = http.newCall(request);
    call.timeout().timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    Response response;
    try {
      response = call.execute();
    } catch (IOException e) {
      throw unreachable(e);
    }
    if (response.isSuccessful()) {
      return response;
    }
    try (response) {
      throw failure(response.code(), response.peekBody(LONGEST_ERROR).string());
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private PeerFailure failure(int status, String body) {
    String kind = "http-" + status;
    String sentence = "The %s answered %d.".formatted(name, status);
    try {
      JsonNode problem = Json.tree(body);
      if (problem.path("detail").isTextual()) {
        sentence = problem.path("detail").asText();
        kind = problem.path("type").asText("").replaceFirst(".*/", "");
      }
    } catch (IllegalArgumentException e) {
      // Not JSON: the status has to do.
    }
    if (status == 401) {
      // Whoever reads this has mostly another one, a good one.
      sentence = "The %s does not take the token that it was shown: %s".formatted(name, sentence);
    }
    boolean later = status == 429 || status == 502 || status == 503 || status == 504;
    return later && kind.startsWith("http-")
        ? new PeerFailure.Unreachable(sentence, null)
        : new PeerFailure.Refused(status, kind, sentence, body);
  }

  private PeerFailure unreachable(IOException e) {
    String why =
        switch (e) {
          case ConnectException c -> "refused the connection";
          case SSLException s -> TlsFailure.why(s);
          case InterruptedIOException i -> "did not answer in time";
          default -> "could not be reached (" + e.getMessage() + ")";
        };
    return new PeerFailure.Unreachable("The %s %s.".formatted(name, why), e);
  }
}
