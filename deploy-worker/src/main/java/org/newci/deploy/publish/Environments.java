package org.newci.deploy.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.newci.deploy.blob.BlobSource;
import org.newci.deploy.ssh.OwnNames;
import org.newci.deploy.ssh.SshConnections;
import org.newci.deploy.ssh.SshIdentity;
import org.newci.deploy.ssh.SshTarget;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;

/** Where one can deploy to, by name. */
public final class Environments implements AutoCloseable {

  /** The environment that is meant when none is named. */
  public static final String USUAL = "test";

  /** One entry of the file of environments; see the README. */
  record Entry(
      @Nullable String name,
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String user,
      @Nullable String key,
      @Nullable String hostKey,
      @Nullable String folder,
      @Nullable String url) {}

  private record File(@Nullable List<Entry> environments) {}

  private final Map<String, Publisher> publishers = new LinkedHashMap<>();
  private final Map<String, SshConnections> connections = new LinkedHashMap<>();
  private final BlobSource source;
  private final OwnNames ownNames;
  private final Duration limit;
  private final Clock clock;

  /**
   * @param limit the longest that one deployment may take
   */
  public Environments(BlobSource source, OwnNames ownNames, Duration limit, Clock clock) {
    this.source = source;
    this.ownNames = ownNames;
    this.limit = limit;
    this.clock = clock;
  }

  /** Adds one; it is not asked until the first deployment. */
  public void add(String name, SshTarget target, SshIdentity identity, URI site) {
    Leftovers leftovers = new Leftovers(ownNames, clock);
    SshConnections to =
        new SshConnections(
            target, identity, ownNames, fresh -> leftovers.clear(new Site(fresh, target)));
    publishers.put(name, new Publisher(source, to, site, limit, clock));
    connections.put(name, to);
  }

  /**
   * Adds those in a JSON file.
   *
   * @param secrets folder of the keys that it names
   * @throws IllegalArgumentException with a sentence that names the entry
   */
  public void addAll(Path file, Path secrets) {
    List<Entry> entries;
    try {
      entries = Json.strict().readValue(Files.readString(file), File.class).environments();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The file %s is not a list of environments: %s".formatted(file, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the environments in " + file, e);
    }
    for (Entry entry : entries == null ? List.<Entry>of() : entries) {
      String name = text("name", entry.name(), "?");
      if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
        throw new IllegalArgumentException(
            "The environment '%s' is refused: expected 1 to 40 of a-z, 0-9 and -.".formatted(name));
      }
      if (publishers.containsKey(name)) {
        throw new IllegalArgumentException("The environment '%s' is there twice.".formatted(name));
      }
      SshTarget target =
          new SshTarget(
              text("user", entry.user(), name),
              text("host", entry.host(), name),
              Objects.requireNonNullElse(entry.port(), 22),
              text("folder", entry.folder(), name).replaceAll("/+$", ""));
      Path key = secrets.resolve(text("key", entry.key(), name));
      String hostKey = entry.hostKey();
      SshIdentity identity =
          hostKey == null
              ? SshIdentity.of(key, secrets.resolve("known_hosts"))
              : SshIdentity.pinning(key, hostKey, target);
      add(name, target, identity, URI.create(text("url", entry.url(), name)));
    }
  }

  private static String text(String field, @Nullable String value, String name) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(
          "The environment '%s' has no '%s'.".formatted(name, field));
    }
    return value;
  }

  /**
   * The one of that name.
   *
   * @throws Problem 404 {@code environment-unknown}
   */
  Publisher publisher(@Nullable String name) {
    String wanted = Objects.requireNonNullElse(name, USUAL);
    Publisher publisher = publishers.get(wanted);
    if (publisher == null) {
      String shown = wanted.length() > 80 ? wanted.substring(0, 80) + "…" : wanted;
      throw new Problem(
          404,
          "environment-unknown",
          "There is no environment '%s' (expected one of %s)."
              .formatted(shown, String.join(", ", publishers.keySet())));
    }
    return publisher;
  }

  /** The name of the one that was configured first: {@code test} where there is one. */
  String first() {
    return publishers.keySet().iterator().next();
  }

  /** Their names. */
  public List<String> names() {
    return List.copyOf(publishers.keySet());
  }

  @Override
  public void close() {
    connections.values().forEach(SshConnections::close);
  }
}
