package org.newci.vcs.gitlab;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.newci.shell.json.Json;

/** Requests to {@code /api/v4}: the token, deadlines, and a few more tries where they may help. */
final class GitLabHttp {

  /** For one answer, but for streams of bytes. */
  static final Duration CALL = Duration.ofSeconds(30);

  private static final int TRIES = 4;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final long LONGEST_ERROR = 64L * 1024;
  private static final long LONGEST_ANSWER = 16L * 1024 * 1024;
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Set<Integer> LATER = Set.of(429, 500, 502, 503, 504);

  private final OkHttpClient http;
  private final String api;
  private final GitLabToken token;

  GitLabHttp(OkHttpClient http, URI base, GitLabToken token) {
    this.http = http;
    this.api = base.toString().replaceAll("/+$", "") + "/api/v4";
    this.token = token;
  }

  /** One request: its method, path below {@code /api/v4}, body, and what it is for. */
  record Ask(String method, String path, @Nullable Object body, String what, String range) {

    static Ask get(String path, String what) {
      return new Ask("GET", path, null, what, "");
    }

    static Ask send(String method, String path, Object body, String what) {
      return new Ask(method, path, body, what, "");
    }

    Ask withRange(String wanted) {
      return new Ask(method, path, body, what, wanted);
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A JSON answer. */
  <T> T json(Ask ask, Class<T> type) throws GitLabFailure {
    byte[] body = body(ask);
    try {
      return Json.lenient().readValue(body, type);
    } catch (IOException e) {
      throw unreadable(ask, e);
    }
  }

  /** A JSON answer that is a list. */
  <T> List<T> list(Ask ask, Class<T> item) throws GitLabFailure {
    byte[] body = body(ask);
    try {
      return Json.lenient().readerForListOf(item).readValue(body);
    } catch (IOException e) {
      throw unreadable(ask, e);
    }
  }

  private static GitLabFailure unreadable(Ask ask, IOException e) {
    return new GitLabFailure(502, "GitLab's answer cannot be read: %s.".formatted(ask.what()), e);
  }

  private byte[] body(Ask ask) throws GitLabFailure {
    try (Response response = open(ask, CALL)) {
      var source = response.body().source();
      if (source.request(LONGEST_ANSWER)) {
        throw new GitLabFailure(
            502, "GitLab's answer is longer than 16 MiB: %s.".formatted(ask.what()), null);
      }
      return source.readByteArray();
    } catch (IOException e) {
      throw GitLabErrors.silent(ask.what(), e);
    }
  }

  /** Takes something away; that it is gone already is fine. */
  void delete(String path, String what) throws GitLabFailure {
    try {
      done(new Ask("DELETE", path, null, what, ""));
    } catch (GitLabFailure e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }

  /** A list, empty where GitLab has nothing of that kind. */
  <T> List<T> listIfThere(String path, String what, Class<T> item) throws GitLabFailure {
    try {
      return list(Ask.get(path, what), item);
    } catch (GitLabFailure e) {
      if (e.status() == 404) {
        return List.of();
      }
      throw e;
    }
  }

  void done(Ask ask) throws GitLabFailure {
    open(ask, CALL).close();
  }

  /** The answer, whose status is 2xx; the caller closes it. */
  Response open(Ask ask, Duration deadline) throws GitLabFailure {
    return open(ask, deadline, false);
  }

  private Response open(Ask ask, Duration deadline, boolean redirectIsFine) throws GitLabFailure {
    for (int attempt = 1; ; attempt++) {
      Response response;
      try {
        response = send(ask, deadline);
      } catch (IOException e) {
        boolean again = ask.method().equals("GET") && !(e instanceof InterruptedIOException);
        if (!again || attempt >= TRIES) {
          throw GitLabErrors.silent(ask.what(), e);
        }
        pause(attempt, null, ask);
        continue;
      }
      if (response.isSuccessful() || (redirectIsFine && response.isRedirect())) {
        return response;
      }
      try (response) {
        boolean repeatable = !ask.method().equals("POST") || response.code() == 429;
        if (attempt >= TRIES || !repeatable || !LATER.contains(response.code())) {
          throw GitLabErrors.answered(
              response.code(), ask.what(), response.peekBody(LONGEST_ERROR).string());
        }
        pause(attempt, response.header("Retry-After"), ask);
      } catch (IOException e) {
        throw GitLabErrors.silent(ask.what(), e);
      }
    }
  }

  /** As {@link #open}, but follows GitLab once to its object storage, without the token. */
  Response openBytes(Ask ask, Duration deadline) throws GitLabFailure {
    Response response = open(ask, deadline, true);
    if (response.isSuccessful()) {
      return response;
    }
    try {
      HttpUrl elsewhere =
          response.request().url().resolve(String.valueOf(response.header("Location")));
      response.close();
      if (elsewhere == null) {
        throw GitLabErrors.answered(response.code(), ask.what(), "");
      }
      var call = http.newCall(new Request.Builder().url(elsewhere).build());
      call.timeout().timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
      response = call.execute();
    } catch (IOException e) {
      throw GitLabErrors.silent(ask.what(), e);
    }
    if (!response.isSuccessful()) {
      response.close();
      throw GitLabErrors.answered(response.code(), ask.what(), "");
    }
    return response;
  }

  private Response send(Ask ask, Duration deadline) throws IOException {
    Request.Builder request =
        new Request.Builder().url(api + ask.path()).header("PRIVATE-TOKEN", token.secret());
    if (!ask.range().isEmpty()) {
      // Bytes are counted as GitLab has them, so nothing on the way may pack them.
      request.header("Range", ask.range()).header("Accept-Encoding", "identity");
    }
    RequestBody body =
        ask.body() == null
            ? RequestBody.create(new byte[0], (MediaType) null)
            : RequestBody.create(Json.write(ask.body()), JSON);
    request.method(ask.method(), ask.method().equals("GET") ? null : body);
    var call = http.newCall(request.build());
    call.timeout().timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    return call.execute();
  }

  private static void pause(int attempt, @Nullable String retryAfter, Ask ask)
      throws GitLabFailure {
    Duration pause = Duration.ofMillis(200L << (attempt - 1));
    if (retryAfter != null && retryAfter.matches("\\d{1,4}")) {
      pause = Duration.ofSeconds(Long.parseLong(retryAfter));
    }
    try {
      Thread.sleep(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GitLabFailure(
          0, "Interrupted while waiting for GitLab: %s.".formatted(ask.what()), e);
    }
  }
}
