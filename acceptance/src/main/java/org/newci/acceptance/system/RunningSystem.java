package org.newci.acceptance.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The system as {@code ./newci up} starts it, used as an outsider does. */
public final class RunningSystem implements AutoCloseable {

  /** Builds here are small; one that takes longer hangs. */
  public static final Duration BUILD_LIMIT = Duration.ofMinutes(2);

  private static @Nullable RunningSystem shared;

  private final Path data;
  private final Map<String, String> set = new LinkedHashMap<>();
  private Map<String, String> env = Map.of();

  private RunningSystem(Path data) {
    this.data = data;
  }

  /** One system for all tests that do not harm it; it goes when the tests' JVM ends. */
  public static synchronized RunningSystem shared() {
    RunningSystem running = shared;
    if (running == null) {
      RunningSystem fresh = start();
      shared = fresh;
      Runtime.getRuntime().addShutdownHook(new Thread(fresh::close, "down"));
      return fresh;
    }
    return running;
  }

  /** A system of one's own, with these further options of {@code up}. */
  public static RunningSystem start(String... options) {
    RunningSystem system = fresh();
    system.up(options);
    return system;
  }

  /** One that is not up yet, and whose data folder is empty. */
  public static RunningSystem fresh() {
    try {
      // Not below a folder that only its owner may enter: builds run as another user.
      Path data =
          Files.createTempDirectory(
              Path.of("/var/tmp"),
              "newci-acceptance-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      return new RunningSystem(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A variable of the environment of each later command. */
  public void set(String name, String value) {
    set.put(name, value);
  }

  /** {@code ./newci up --detach}. */
  public void up(String... options) {
    List<String> command = new ArrayList<>(List.of("up", "--data", data.toString(), "--detach"));
    command.addAll(List.of(options));
    newci(command.toArray(String[]::new)).ok();
    env = readEnv();
  }

  /** {@code ./newci down}. */
  public void down() {
    newci("down", "--data", data.toString()).ok();
  }

  /** Runs {@code ./newci} with these arguments, and with what {@code env} printed. */
  public Shell.Result newci(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Checkout.file("newci").toString());
    command.addAll(List.of(arguments));
    Map<String, String> all = new LinkedHashMap<>(env);
    all.putAll(set);
    all.put("NEWCI_NO_BUILD", "1");
    return Shell.run(Path.of("/"), all, Duration.ofMinutes(5), command);
  }

  private Map<String, String> readEnv() {
    String out = newci("env", "--data", data.toString()).ok();
    Map<String, String> read = new LinkedHashMap<>();
    for (String line : out.lines().toList()) {
      String[] parts = line.replaceFirst("^export ", "").split("=", 2);
      read.put(parts[0], parts[1].replaceAll("^['\"]|['\"]$", ""));
    }
    return read;
  }

  /** A variable that {@code env} printed. */
  public String env(String name) {
    String value = env.get(name);
    if (value == null) {
      throw new AssertionError("newci env printed no " + name + ", only " + env.keySet());
    }
    return value;
  }

  /** All that {@code env} printed. */
  public Map<String, String> env() {
    return env;
  }

  /** The data folder. */
  public Path data() {
    return data;
  }

  /** A client with the operator's token. */
  public Web web() {
    return Web.trusting(Path.of(env("NEWCI_CA")), env("NEWCI_TOKEN"));
  }

  /** Posts to {@code /cd} and gives the build's id. */
  public String submit(String repo, String ref, @Nullable String artifact) {
    String body =
        artifact == null
            ? "{\"repo\":\"%s\",\"ref\":\"%s\"}".formatted(repo, ref)
            : "{\"repo\":\"%s\",\"ref\":\"%s\",\"artifact\":\"%s\"}".formatted(repo, ref, artifact);
    Web.Answer answer = web().post(env("NEWCI_URL") + "/cd", body);
    if (answer.status() != 202) {
      throw new AssertionError("POST /cd answered " + answer.status() + " " + answer.text());
    }
    return answer.json().path("id").asText();
  }

  /** {@code GET /builds/ID}. */
  public JsonNode build(String id) {
    Web.Answer answer = web().get(env("NEWCI_URL") + "/builds/" + id);
    if (answer.status() != 200) {
      throw new AssertionError("GET /builds answered " + answer.status() + " " + answer.text());
    }
    return answer.json();
  }

  /** Waits for the end of a build and gives it. */
  public JsonNode finished(String id) {
    Awaitility.await("build " + id + " to finish")
        .atMost(BUILD_LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> build(id).path("state").asText().equals("finished"));
    return build(id);
  }

  /** The log of a build, as kept by NewCI. */
  public String log(String id) {
    return web().get(env("NEWCI_URL") + "/builds/" + id + "/log").text();
  }

  /** What the test environment serves under that name. */
  public Web.Answer published(String name) {
    return web().as("").get(env("NEWCI_SITE_URL") + "/" + name);
  }

  /** GitLab's API, with the token that {@code env} printed. */
  public Web.Answer gitlab(String method, String path) {
    return web()
        .as("")
        .send(
            method,
            env("NEWCI_GITLAB_URL") + "/api/v4" + path,
            new byte[0],
            "PRIVATE-TOKEN",
            env("NEWCI_GITLAB_TOKEN"));
  }

  /** Loses all that it had; it must be down. */
  public void erase() {
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(data)) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    newci("down", "--data", data.toString());
    erase();
    try {
      Files.deleteIfExists(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
