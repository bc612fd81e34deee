package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Jwt;
import org.newci.acceptance.system.RawHttps;
import org.newci.acceptance.system.WireRoutes;
import org.newci.acceptance.system.WireRoutes.Route;

/**
 * S24 widened: seeded rubbish for every route of every component. Whatever comes, the answer is no
 * 500 and no stack trace, nothing is done, and no file appears where none belongs. Another seed:
 * {@code -Dnewci.fuzz.seed=N}, more of it: {@code -Dnewci.fuzz.rounds=N}, one route alone: {@code
 * -Dnewci.fuzz.route="controller POST /cd"}.
 */
class FuzzTest extends Fixture {

  private static final long SEED = Long.getLong("newci.fuzz.seed", 20_261_126L);
  private static final int ROUNDS = Integer.getInteger("newci.fuzz.rounds", 8);

  /** In every name that is tried: a file with it in its name is an escape. */
  private static final String MARK = "fuzz-escape";

  private static final List<String> NAMES =
      List.of(
          "..",
          "%2e%2e%2f%2e%2e%2f" + MARK,
          "..%2f..%2f..%2f..%2ftmp%2f" + MARK,
          "..%5c..%5c" + MARK,
          "%00" + MARK,
          MARK + "%00.txt",
          "%252e%252e%252f" + MARK,
          "..;/" + MARK,
          "%c0%ae%c0%ae%c0%af" + MARK,
          "%ff%fe" + MARK,
          "%zz" + MARK,
          "%",
          "~root%2f" + MARK,
          "sha256:" + MARK,
          "sha256:" + "f".repeat(64),
          "a".repeat(1_000),
          "-1",
          "9".repeat(40),
          "%0d%0aX-" + MARK + ":%201",
          "*",
          "con%3a" + MARK);

  private static final List<String> VALUES =
      List.of(
          "{\"x\":[]}",
          "[[[]]]",
          "-1e999",
          "1e400",
          "99999999999999999999999999",
          "true",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../" + MARK + "\"",
          "\"$(touch /tmp/" + MARK + ")\"",
          "\"--upload-pack=touch /tmp/" + MARK + "\"",
          "\"file:///etc/passwd\"",
          "\"ext::sh -c 'touch /tmp/" + MARK + "'\"",
          "\"http://169.254.169.254/\"",
          "\"" + "x".repeat(70_000) + "\"");

  private static final List<String> FIELDS =
      List.of(
          "repo",
          "ref",
          "artifact",
          "published_name",
          "artifacts",
          "reason",
          "environment",
          "name",
          "to",
          "why",
          "git",
          "commit",
          "build",
          "attempt",
          "fence",
          "hook",
          "variables",
          "replace",
          "limits",
          "credential",
          "project_id",
          "pipeline_id",
          "artifact_id",
          "sha256",
          "sequence",
          "keep",
          "dry_run",
          "artifact_days",
          "max_bytes");

  /** What they are given with a right token they keep: that is their work. */
  private static final List<String> TAKE_ANY_BYTES = List.of("/blobs/NAME", "/logs/BUILD");

  /** GitLab's protocols are served too, by the stand-in, and files by the test environment. */
  private static final List<Route> OTHERS =
      List.of(
          new Route("gitlab", "GET", "/api/v4/projects/ID", Route.OWN),
          new Route("gitlab", "POST", "/api/v4/projects", Route.OWN),
          new Route("gitlab", "POST", "/api/v4/jobs/request", Route.OWN),
          new Route("gitlab", "PATCH", "/api/v4/jobs/ID/trace", Route.OWN),
          new Route("gitlab", "POST", "/api/v4/jobs/ID/artifacts", Route.OWN),
          new Route("gitlab", "POST", "/api/v4/runners", Route.OWN),
          new Route("gitlab", "GET", "/root/NAME.git/info/refs", Route.OWN),
          new Route("gitlab", "POST", "/root/NAME.git/git-upload-pack", Route.OWN),
          new Route("gitlab", "POST", "/root/NAME.git/git-receive-pack", Route.OWN),
          new Route("site", "GET", "/NAME", Route.OWN),
          new Route("site", "PUT", "/NAME", Route.OWN));

  private RawHttps raw;
  private Jwt jwt;

  @BeforeEach
  void open() {
    raw = RawHttps.trusting(Path.of(newci.env("NEWCI_CA")));
    jwt = Jwt.of(newci.data(), Clock.systemUTC().instant());
  }

  private String base(Route route) {
    return switch (route.service()) {
      case "gitlab" -> newci.env("NEWCI_GITLAB_URL");
      case "site" -> newci.env("NEWCI_SITE_URL");
      default -> newci.env(route.variable());
    };
  }

  @Test
  void s24RubbishOnEveryRouteIsNo500AndDoesNothing() throws IOException {
    String before = standing();
    SoftAssertions all = new SoftAssertions();
    List<Route> routes = new ArrayList<>(WireRoutes.all());
    routes.addAll(OTHERS);
    String only = System.getProperty("newci.fuzz.route");
    routes.removeIf(route -> only != null && !route.toString().equals(only));
    for (Route route : routes) {
      Random dice = new Random(SEED ^ route.toString().hashCode());
      for (int round = 0; round < ROUNDS; round++) {
        byte[] request = request(route, dice);
        RawHttps.Answer answer = raw.send(base(route), request);
        String what =
            "%s, round %d of seed %d: %.600s".formatted(route, round, SEED, printed(request));
        all.assertThat(answer.status()).as(what + "\n" + answer.text()).isNotEqualTo(500);
        all.assertThat(answer.text())
            .as(what)
            .doesNotContain("Exception", "\tat ", "org.newci", "org.eclipse", "\nX-" + MARK);
      }
    }
    all.assertAll();
    assertThat(standing()).as("what was there before is there, and nothing else").isEqualTo(before);
    assertThat(escaped()).isEmpty();
  }

  /** Half with the right token, whose bodies are then such as no route takes. */
  private byte[] request(Route route, Random dice) {
    boolean may =
        dice.nextBoolean()
            && !route.scope().equals(Route.OWN)
            && !TAKE_ANY_BYTES.contains(route.path());
    String path = path(route, dice);
    byte[] body = body(dice);
    StringBuilder head = new StringBuilder();
    head.append(method(route, dice, may)).append(' ').append(path).append(" HTTP/1.1\r\n");
    head.append("Host: localhost\r\nConnection: close\r\n");
    if (may) {
      String token = jwt.signed("newci", route.service(), route.scope(), Duration.ofMinutes(10));
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    } else if (dice.nextBoolean()) {
      head.append(
          pick(
              dice,
              List.of(
                  "Authorization: Bearer \r\n",
                  "Authorization: Bearer a.b.c\r\nAuthorization: Bearer d.e.f\r\n",
                  "Authorization: Basic " + "A".repeat(3_000) + "\r\n",
                  "PRIVATE-TOKEN: ' OR 1=1 --\r\n",
                  "JOB-TOKEN: \u0001\r\n",
                  "X-Gitlab-Token: " + "x".repeat(500) + "\r\n")));
    }
    head.append(
        pick(
            dice,
            List.of(
                "Content-Type: application/json\r\n",
                "Content-Type: text/plain; charset=utf-7\r\n",
                "Content-Type: multipart/form-data; boundary=" + "-".repeat(200) + "\r\n",
                "Content-Encoding: gzip\r\nAccept: ;;;q=9\r\n",
                "Idempotency-Key: " + "k".repeat(4_000) + "\r\n",
                "Range: bytes=9-1,-0,99999999999999999999-\r\nIf-Match: \"\r\n",
                "Last-Event-ID: -99999999999999999999\r\nX-Request-Id: a\tb\"<x>\r\n",
                "X-Big: " + "y".repeat(20_000) + "\r\n",
                "Bad Header\r\n")));
    head.append(length(dice, body.length)).append("\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    return all.toByteArray();
  }

  /** With a right token only the route's own method: another's might be right there. */
  private static String method(Route route, Random dice, boolean may) {
    return may || dice.nextInt(3) > 0
        ? route.method()
        : pick(
            dice,
            List.of("GET", "PUT", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "\u0002"));
  }

  private static String path(Route route, Random dice) {
    String path =
        dice.nextInt(3) == 0
            ? route.example()
            : route.path().replaceAll("\\b[A-Z]{2,}\\b", pick(dice, NAMES));
    return path
        + pick(
            dice,
            List.of(
                "",
                "?",
                "?offset=-1",
                "?offset=" + "9".repeat(30),
                "?limit=x&after=%00",
                "?a=%",
                "?from=sha256:zz&commit=..%2f..&after=",
                "?" + "q=1&".repeat(3_000),
                "#x",
                "//"));
  }

  private static byte[] body(Random dice) {
    return switch (dice.nextInt(8)) {
      case 0 -> new byte[0];
      case 1 -> bytes("{\"repo\":");
      case 2 -> bytes("[".repeat(50_000));
      case 3 -> {
        byte[] noise = new byte[dice.nextInt(4_000)];
        dice.nextBytes(noise);
        yield noise;
      }
      case 4 -> bytes("\"text\"");
      default -> {
        List<String> members = new ArrayList<>(List.of("\"not_known_" + dice.nextInt(9) + "\":{}"));
        for (int i = 0; i < 12; i++) {
          members.add("\"%s\":%s".formatted(pick(dice, FIELDS), pick(dice, VALUES)));
        }
        // A name twice is no object that any route takes.
        members.add("\"not_known\":1,\"not_known\":2");
        yield bytes("{" + String.join(",", members) + "}");
      }
    };
  }

  private static String length(Random dice, int right) {
    return switch (dice.nextInt(8)) {
      case 0 -> "Content-Length: 999999999999\r\n";
      case 1 -> "Content-Length: -5\r\n";
      case 2 -> "Content-Length: 3\r\nContent-Length: 4\r\n";
      case 3 -> "Transfer-Encoding: chunked\r\n";
      case 4 -> "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n";
      default -> "Content-Length: " + right + "\r\n";
    };
  }

  /** A name is kept exactly, or refused; it is never a way out of the store. */
  @Test
  void s24BlobNamesLeadNowhereElse() {
    String head =
        "Host: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
            .formatted(
                jwt.signed(
                    "newci",
                    "artifact-store",
                    "blobs:put blobs:get blobs:delete",
                    Duration.ofMinutes(10)));
    String store = newci.env("NEWCI_BLOBS_URL");
    for (String name : NAMES) {
      String line = "/blobs/" + name + " HTTP/1.1\r\n" + head;
      RawHttps.Answer put = raw.send(store, bytes("PUT " + line + "Content-Length: 4\r\n\r\nfuzz"));
      assertThat(put.status()).as(name).isNotEqualTo(500);
      if (put.status() / 100 == 2) {
        assertThat(raw.send(store, bytes("GET " + line + "\r\n")).text()).as(name).endsWith("fuzz");
        raw.send(store, bytes("DELETE " + line + "\r\n"));
      }
    }
    assertThat(escaped()).isEmpty();
  }

  @Test
  void s24SlowClientsHoldUpNobody() throws IOException {
    List<SSLSocket> slow = new ArrayList<>();
    try {
      for (Route route : WireRoutes.all()) {
        SSLSocket socket = raw.open(base(route));
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                bytes(
                    "%s %s HTTP/1.1\r\nHost: x\r\nContent-"
                        .formatted(route.method(), route.example())));
        socket.getOutputStream().flush();
      }
      for (String service :
          List.of("NEWCI_URL", "NEWCI_VCS_URL", "NEWCI_BLOBS_URL", "NEWCI_DEPLOY_URL")) {
        assertThat(newci.web().get(newci.env(service) + "/health").status()).isEqualTo(200);
      }
    } finally {
      for (SSLSocket socket : slow) {
        socket.close();
      }
    }
  }

  /** Builds, stops, blobs, GitLab's projects and served files. */
  private String standing() throws IOException {
    String url = newci.env("NEWCI_URL");
    String blobs = newci.env("NEWCI_BLOBS_URL") + "/blobs?limit=1000";
    String list =
        newci
            .web()
            .as(jwt.signed("newci", "artifact-store", "blobs:list", Duration.ofMinutes(1)))
            .get(blobs)
            .text();
    String served;
    try (Stream<Path> files = Files.walk(newci.data().resolve("test-env"))) {
      served = new TreeSet<>(files.map(Path::toString).toList()).toString();
    }
    return String.join(
        "\n",
        newci.web().get(url + "/status").text(),
        list,
        newci.gitlab("GET", "/projects?per_page=100&simple=true").text(),
        served);
  }

  private List<String> escaped() {
    List<String> found = new ArrayList<>();
    for (Path place : List.of(newci.data(), Path.of("/tmp"), Path.of("/var/tmp"), Path.of("/"))) {
      int depth = place.equals(newci.data()) ? 12 : 1;
      try (Stream<Path> files = Files.walk(place, depth)) {
        files.map(Path::toString).filter(file -> file.contains(MARK)).forEach(found::add);
      } catch (UncheckedIOException e) {
        // Somebody's file went while it was looked at.
        found.remove(null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  private static String printed(byte[] request) {
    return new String(request, StandardCharsets.ISO_8859_1)
        .replaceAll("Authorization: Bearer [^\r]*", "Authorization: Bearer …")
        .replaceAll("[^ -~\n]", ".");
  }

  private static <T> T pick(Random dice, List<T> all) {
    return all.get(dice.nextInt(all.size()));
  }
}
