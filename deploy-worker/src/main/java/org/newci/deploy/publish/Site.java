package org.newci.deploy.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.deploy.ssh.SshConnection;
import org.newci.deploy.ssh.SshFailure;
import org.newci.deploy.ssh.SshTarget;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;

/** The environment's folder, over one connection. */
final class Site {

  /** Holds the records; the web server does not serve names that begin with a dot. */
  private static final String RECORDS = ".newci";

  /** Holds folders of locks that are not in force. */
  private static final String AWAY = "aside";

  private static final String PREPARED = "lock-";
  private static final String LOST = "lost-";

  /** What begins the name of a file that is being uploaded. */
  private static final String UPLOAD = ".newci-upload-";

  private final SshConnection connection;
  private final SshTarget target;

  Site(SshConnection connection, SshTarget target) {
    this.connection = connection;
    this.target = target;
  }

  /** What is written down about that name. */
  Optional<TargetRecord> record(PublishedName name) throws SshFailure {
    return record(recordPath(name), name.value());
  }

  private Optional<TargetRecord> record(String path, String name) throws SshFailure {
    Optional<byte[]> bytes = connection.read(path);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text = new String(bytes.get(), StandardCharsets.UTF_8);
      return Optional.of(Json.lenient().readValue(text, TargetRecord.class));
    } catch (JsonProcessingException e) {
      throw Problem.badGateway(
          "record-unreadable",
          "The record %s on %s is damaged; remove it to deploy '%s' anew."
              .formatted(path, target.server(), name));
    }
  }

  /**
   * Some of what is written down.
   *
   * @param next where to go on, when there is more
   */
  record Page(List<TargetRecord> records, @Nullable String next) {}

  /** What is written down after that place, at most so many. */
  Page records(String after, int most) throws SshFailure {
    List<String> keys =
        connection.list(target.path(RECORDS)).stream()
            .filter(file -> file.matches("[0-9a-f]{64}\\.json"))
            .map(file -> file.substring(0, 64))
            .filter(key -> key.compareTo(after) > 0)
            .sorted()
            .toList();
    List<TargetRecord> page = new ArrayList<>();
    for (String key : keys.subList(0, Math.min(most, keys.size()))) {
      record(target.path("%s/%s.json".formatted(RECORDS, key)), key).ifPresent(page::add);
    }
    return new Page(page, keys.size() > most ? keys.get(most - 1) : null);
  }

  /** A path beside the records. */
  String aside(String name) {
    return target.path(RECORDS + "/" + name);
  }

  SshConnection connection() {
    return connection;
  }

  /** Makes the folder of the records, and the one for what is prepared or put away. */
  void prepare() throws SshFailure {
    connection.folder(target.path(RECORDS));
    connection.folder(aside(AWAY));
  }

  /** Where a lock's owner prepares its folder. */
  String prepared(String owner) {
    return aside(AWAY + "/" + PREPARED + owner);
  }

  /** Where the folder goes of a lock's owner who is taken for dead. */
  String lost(String owner) {
    return aside(AWAY + "/" + LOST + owner);
  }

  /** True when a plain file of that size has that name. */
  boolean has(PublishedName name, long size) throws SshFailure {
    return connection.size(target.path(name.value())).orElse(-1) == size;
  }

  /** True when a folder, which no file can replace, has that name. */
  boolean blocked(PublishedName name) throws SshFailure {
    return connection.isFolder(path(name));
  }

  /** Where that name is. */
  String path(PublishedName name) {
    return target.path(name.value());
  }

  /** The file of an upload that its maker calls so. */
  static String uploadOf(String own) {
    return UPLOAD + own;
  }

  /** The path of that upload. */
  String uploadPath(String file) {
    return target.path(file);
  }

  void upload(String temp, InputStream bytes, long size) throws SshFailure {
    connection.write(temp, bytes, size);
  }

  /** What the journal says, if there is one. */
  private String journal() throws SshFailure {
    return connection
        .read(aside(Together.PENDING))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse("");
  }

  /**
   * Empties the folder of a lock's owner: uploads that the journal names go back to their place.
   */
  void sort(String folder) throws SshFailure {
    List<String> files = connection.list(folder);
    String journal = files.isEmpty() ? "" : journal();
    for (String file : files) {
      if (file.startsWith(UPLOAD) && journal.contains(file)) {
        connection.replace(folder + "/" + file, target.path(file));
      } else {
        connection.remove(folder + "/" + file);
      }
    }
  }

  /** Sorts all folders of owners who were taken for dead; only for who holds the lock. */
  void sortLost() throws SshFailure {
    for (String away : connection.list(aside(AWAY))) {
      if (away.startsWith(LOST)) {
        sort(aside(AWAY + "/" + away));
        connection.release(aside(AWAY + "/" + away));
      }
    }
  }

  /** The uploads that lie there. */
  List<SshConnection.Entry> uploads() throws SshFailure {
    return connection.entries(target.shownFolder(), UPLOAD);
  }

  /** The folders of owners who have not got the lock (yet). */
  List<SshConnection.Entry> preparedLocks() throws SshFailure {
    return connection.entries(aside(AWAY), PREPARED);
  }

  /** What its maker called it, of an upload or a prepared lock. */
  String ownNameOf(String file) {
    return file.replaceFirst("^(" + UPLOAD + "|" + PREPARED + ")", "");
  }

  void removeUploads(List<String> files) throws SshFailure {
    for (String file : files) {
      connection.remove(uploadPath(file));
    }
  }

  void removePrepared(String owner) throws SshFailure {
    connection.remove(prepared(owner) + "/" + owner + "/now");
    connection.release(prepared(owner) + "/" + owner);
    connection.release(prepared(owner));
  }

  /** Where it is written down. */
  String recordPath(PublishedName name) {
    // By digest: a name of 255 bytes leaves no room for an ending.
    return target.path("%s/%s.json".formatted(RECORDS, keyOf(name)));
  }

  private static String keyOf(PublishedName name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(name.value().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
