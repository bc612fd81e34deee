package org.newci.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.newci.shell.json.Json;

/** A runner written by hand from the protocol's description; it runs nothing. */
final class RunnerClient {

  private final StandIn standIn;
  private final String token;
  private final String system;
  private String lastUpdate = "";

  RunnerClient(StandIn standIn, String token, String system) {
    this.standIn = standIn;
    this.token = token;
    this.system = system;
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(standIn.url() + "/api/v4" + path))
        .timeout(Duration.ofSeconds(60));
  }

  StandIn.Answer verify() {
    return standIn.send(
        to("/runners/verify")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"token\":\"%s\"}".formatted(token)))
            .build());
  }

  StandIn.Answer request() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("info", Map.of("features", Map.of("cancel_gracefully", true)));
    body.put("token", token);
    body.put("system_id", system);
    body.put("last_update", lastUpdate);
    StandIn.Answer answer =
        standIn.send(
            to("/jobs/request")
                .header("RUNNER-TOKEN", token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.write(body)))
                .build());
    lastUpdate = answer.header("X-GitLab-Last-Update");
    return answer;
  }

  /** Asks for a job router. */
  StandIn.Answer discover() {
    return standIn.send(
        to("/runners/router/discovery").header("RUNNER-TOKEN", token).GET().build());
  }

  /** The next job, if one comes within a poll. */
  Optional<JsonNode> next() {
    StandIn.Answer answer = request();
    return answer.status() == 201 ? Optional.of(answer.json()) : Optional.empty();
  }

  StandIn.Answer trace(JsonNode job, long start, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return standIn.send(
        to("/jobs/%d/trace".formatted(job.path("id").asLong()))
            .header("JOB-TOKEN", job.path("token").asText())
            .header("Content-Type", "text/plain")
            .header("Content-Range", "%d-%d".formatted(start, start + bytes.length - 1))
            .method("PATCH", BodyPublishers.ofByteArray(bytes))
            .build());
  }

  StandIn.Answer update(JsonNode job, Map<String, Object> body) {
    Map<String, Object> all = new LinkedHashMap<>(body);
    all.put("token", job.path("token").asText());
    return standIn.send(
        to("/jobs/%d".formatted(job.path("id").asLong()))
            .header("JOB-TOKEN", job.path("token").asText())
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(Json.write(all)))
            .build());
  }

  /** Ends a job whose whole log is that text. */
  StandIn.Answer succeed(JsonNode job, String log) {
    return update(job, Map.of("state", "success", "output", output(log)));
  }

  StandIn.Answer fail(JsonNode job, String reason, int exitCode) {
    return update(job, Map.of("state", "failed", "failure_reason", reason, "exit_code", exitCode));
  }

  static Map<String, Object> output(String log) {
    byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return Map.of("checksum", "crc32:%08x".formatted(crc.getValue()), "bytesize", bytes.length);
  }

  /** The strongest variable of that name. */
  static JsonNode variable(JsonNode job, String key) {
    JsonNode found = MissingNode.getInstance();
    for (JsonNode variable : job.path("variables")) {
      if (variable.path("key").asText().equals(key)) {
        found = variable;
      }
    }
    return found;
  }

  StandIn.Answer upload(JsonNode job, byte[] archive) {
    return upload(job, "archive", "artifacts.zip", archive);
  }

  /** An archive that is kept for that time. */
  StandIn.Answer upload(JsonNode job, byte[] archive, String expireIn) {
    return upload(
        job, "archive&expire_in=" + expireIn.replace(" ", "%20"), "artifacts.zip", archive);
  }

  StandIn.Answer upload(JsonNode job, String type, String filename, byte[] archive) {
    String boundary = "b0undary4711";
    byte[] head =
        ("--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + filename
                + "\""
                + "\r\nContent-Type: application/octet-stream\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
    return standIn.send(
        to("/jobs/%d/artifacts?artifact_format=%s&artifact_type=%s"
                .formatted(
                    job.path("id").asLong(), type.startsWith("archive") ? "zip" : "gzip", type))
            .header("JOB-TOKEN", job.path("token").asText())
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(
                BodyPublishers.concat(
                    BodyPublishers.ofByteArray(head),
                    BodyPublishers.ofByteArray(archive),
                    BodyPublishers.ofByteArray(tail)))
            .build());
  }

  StandIn.Answer download(long job, String jobToken) {
    return standIn.send(
        to("/jobs/%d/artifacts".formatted(job)).header("JOB-TOKEN", jobToken).GET().build());
  }
}
