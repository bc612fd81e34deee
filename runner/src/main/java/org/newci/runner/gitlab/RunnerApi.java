package org.newci.runner.gitlab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.newci.runner.gitlab.JobPayload.ArtifactSpec;
import org.newci.runner.gitlab.JobPayload.Dependency;
import org.newci.shell.json.Json;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.TrustedCa;

/**
 * GitLab's Runner API as a client sees it (GitLab's {@code lib/api/ci/runner.rb}, gitlab-runner's
 * {@code network/gitlab.go}). Each call is tried once, and has a deadline; who calls decides about
 * trying again. An IOException means that no answer came.
 */
public final class RunnerApi {

  /** A server may hold the question for a job 50 s long. */
  private static final Duration POLL = Duration.ofSeconds(75);

  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final Duration TRANSFER = Duration.ofMinutes(30);
  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType TEXT = MediaType.get("text/plain");
  private static final MediaType BYTES = MediaType.get("application/octet-stream");
  private static final int LONGEST_MESSAGE = 4096;
  private static final int MOST_HOPS = 3;

  private final String base;
  private final Secret token;
  private final String systemId;
  private final OkHttpClient http;
  private volatile String lastUpdate = "";

  public RunnerApi(URI gitlab, Secret token, String systemId, TrustedCa ca) {
    this.base = gitlab.toString().replaceAll("/+$", "") + "/api/v4";
    this.token = token;
    this.systemId = systemId;
    this.http =
        Peer.client(ca).newBuilder().readTimeout(POLL).retryOnConnectionFailure(true).build();
  }

  /** The status and the sentence of an answer, and how long to leave the server alone. */
  public record Answer(int status, String message, Duration retryAfter) {}

  /** The answer to the question for a job; payload is null when there is none. */
  public record Handed(
      int status, String message, Duration retryAfter, @Nullable JobPayload payload) {}

  /**
   * What GitLab says about a running job.
   *
   * @param jobStatus the header {@code Job-Status}, or empty
   * @param stored how many bytes of the log the server has, or -1 when it does not say
   * @param interval how long to wait until the next piece of the log
   * @param retryAfter how long to leave the server alone after trouble
   */
  public record JobAnswer(
      int status, String jobStatus, long stored, Duration interval, Duration retryAfter) {}

  /** The end, or the continuation, of a job. */
  public record JobUpdate(
      String state, @Nullable String failureReason, int exitCode, long crc32, long bytes) {}

  /** Asks whether the token is good: 200, or 403 when it is not. */
  public Answer verify() throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("token", token.reveal());
    body.put("system_id", systemId);
    body.put("info", RunnerInfoBody.info());
    Request request =
        request("/runners/verify").header("RUNNER-TOKEN", token.reveal()).post(json(body)).build();
    try (Response response = call(request, SHORT).execute()) {
      return new Answer(response.code(), message(response), RetryAfter.of(response));
    }
  }

  /** Asks for a job: 201 with one, 204 without, 403 for a bad token. The call can be cancelled. */
  public Handed requestJob(AtomicReference<Call> current) throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("info", RunnerInfoBody.info());
    body.put("token", token.reveal());
    body.put("system_id", systemId);
    body.put("last_update", lastUpdate);
    Call call =
        call(
            request("/jobs/request")
                .header("RUNNER-TOKEN", token.reveal())
                .post(json(body))
                .build(),
            POLL);
    current.set(call);
    try (Response response = call.execute()) {
      String update = response.header("X-GitLab-Last-Update");
      if (update != null && !update.isEmpty()) {
        lastUpdate = update;
      }
      return response.code() == 201
          ? new Handed(
              201,
              "",
              Duration.ZERO,
              Json.lenient().readValue(response.body().string(), JobPayload.class))
          : new Handed(response.code(), message(response), RetryAfter.of(response), null);
    }
  }

  /** The server's name for the state of its queue, as it last told; empty when it never did. */
  public String lastUpdate() {
    return lastUpdate;
  }

  /** Sends a piece of the log that starts at that offset. */
  public JobAnswer patchTrace(JobPayload job, long start, byte[] bytes) throws IOException {
    Request request =
        request("/jobs/" + job.id() + "/trace?debug_trace=false")
            .header("JOB-TOKEN", job.token().reveal())
            .header("Content-Range", start + "-" + (start + bytes.length - 1))
            .patch(RequestBody.create(bytes, TEXT))
            .build();
    return jobAnswer(request);
  }

  /** Says how the job is. */
  public JobAnswer updateJob(JobPayload job, JobUpdate update) throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("info", RunnerInfoBody.info());
    body.put("token", job.token().reveal());
    body.put("state", update.state());
    if (update.failureReason() != null) {
      body.put("failure_reason", update.failureReason());
    }
    String checksum = "crc32:%08x".formatted(update.crc32());
    body.put("checksum", checksum);
    body.put("output", Map.of("checksum", checksum, "bytesize", update.bytes()));
    if (update.exitCode() != 0) {
      body.put("exit_code", update.exitCode());
    }
    return jobAnswer(
        request("/jobs/" + job.id())
            .header("JOB-TOKEN", job.token().reveal())
            .put(json(body))
            .build());
  }

  /** A file on its way to GitLab; the caller executes it, and may cancel it. */
  public Call upload(
      JobPayload job, ArtifactSpec spec, String fileName, RequestBody file, @Nullable URI at) {
    HttpUrl.Builder url =
        HttpUrl.get(at == null ? base + "/jobs/" + job.id() + "/artifacts" : at.toString())
            .newBuilder();
    if (at == null) {
      url.addQueryParameter("artifact_format", spec.format())
          .addQueryParameter("artifact_type", spec.type());
      if (spec.expireIn() != null && !spec.expireIn().isEmpty()) {
        url.addQueryParameter("expire_in", spec.expireIn());
      }
    }
    Request request =
        new Request.Builder()
            .url(url.build())
            .header("JOB-TOKEN", job.token().reveal())
            .header("Accept", "application/json")
            .post(
                new MultipartBody.Builder()
                    .setType(MultipartBody.FORM)
                    .addFormDataPart("file", fileName, file)
                    .build())
            .build();
    return call(request, TRANSFER);
  }

  /** Type of the one part of an upload. */
  public static MediaType fileType() {
    return BYTES;
  }

  /** The sentence in an answer that is not a success. */
  public static String sentence(Response response) throws IOException {
    return message(response);
  }

  /** Fetches the archive of an earlier job into that file: 200 when it is there. */
  public Answer download(Dependency from, Path file, long limit) throws IOException {
    HttpUrl own = HttpUrl.get(base + "/jobs/" + from.id() + "/artifacts?direct_download=true");
    HttpUrl at = own;
    for (int hops = 0; ; hops++) {
      Request.Builder request = request(at);
      if (at.host().equals(own.host()) && at.port() == own.port()) {
        // An object store that we are sent to has its own signature in the address.
        request.header("JOB-TOKEN", from.token().reveal());
      }
      try (Response response = call(request.get().build(), TRANSFER).execute()) {
        HttpUrl next = response.isRedirect() ? at.resolve(response.header("Location", "")) : null;
        if (next != null && hops < MOST_HOPS) {
          at = next;
          continue;
        }
        if (response.code() == 200) {
          try (InputStream in = response.body().byteStream();
              var out = Files.newOutputStream(file)) {
            copy(in, out, limit);
          }
          return new Answer(200, "", Duration.ZERO);
        }
        return new Answer(response.code(), message(response), RetryAfter.of(response));
      }
    }
  }

  private static void copy(InputStream in, java.io.OutputStream out, long limit)
      throws IOException {
    byte[] buffer = new byte[64 * 1024];
    long total = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      total += n;
      if (total > limit) {
        throw new IOException("the archive is larger than %d bytes".formatted(limit));
      }
      out.write(buffer, 0, n);
    }
  }

  private JobAnswer jobAnswer(Request request) throws IOException {
    try (Response response = call(request, SHORT).execute()) {
      String status = response.header("Job-Status", "");
      return new JobAnswer(
          response.code(),
          status == null ? "" : status,
          stored(response.header("Range")),
          interval(response.header("X-GitLab-Trace-Update-Interval")),
          RetryAfter.of(response));
    }
  }

  private static long stored(@Nullable String range) {
    return range != null && range.matches("0-[0-9]{1,18}")
        ? Long.parseLong(range.substring(2))
        : -1;
  }

  private static Duration interval(@Nullable String seconds) {
    long value = seconds != null && seconds.matches("[0-9]{1,6}") ? Long.parseLong(seconds) : 3;
    return Duration.ofSeconds(Math.clamp(value, 1, Duration.ofMinutes(15).toSeconds()));
  }

  private Request.Builder request(String path) {
    return request(HttpUrl.get(base + path));
  }

  private static Request.Builder request(HttpUrl url) {
    return new Request.Builder()
        .url(url)
        .header("User-Agent", RunnerInfoBody.NAME + " " + RunnerInfoBody.VERSION)
        .header("Accept", "application/json")
        .header("X-Request-Id", RequestIds.next());
  }

  private Call call(Request request, Duration deadline) {
    Call call = http.newCall(request);
    call.timeout().timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    return call;
  }

  private static RequestBody json(Map<String, Object> body) {
    return RequestBody.create(Json.write(body), JSON);
  }

  /** {@code {"message": …}} of GitLab's errors, cut to a line. */
  private static String message(Response response) throws IOException {
    String body = response.peekBody(LONGEST_MESSAGE).string();
    if (!body.startsWith("{")) {
      return body.lines().findFirst().orElse("");
    }
    try {
      JsonNode message = Json.tree(body).path("message");
      return message.isTextual() ? message.asText() : message.toString();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** Statuses after which the same call may succeed later. */
  public static boolean mayPass(int status) {
    return Set.of(408, 429, 500, 502, 503, 504).contains(status) || status >= 512;
  }

  /** Ends idle connections and their threads. */
  public void close() {
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
