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
import java.util.UUID;
import org.newci.deploy.ssh.SshConnection;
import org.newci.deploy.ssh.SshConnections;
import org.newci.deploy.ssh.SshFailure;
import org.newci.deploy.ssh.SshTarget;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;

/** The environment's folder, over one connection. */
final class Site {

  /** Holds the records; the web server does not serve names that begin with a dot. */
  private static final String RECORDS = ".newci";

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

  /** All that is written down, at most so many. */
  List<TargetRecord> records(int most) throws SshFailure {
    List<TargetRecord> all = new ArrayList<>();
    for (String file : connection.list(target.path(RECORDS))) {
      if (file.matches("[0-9a-f]{64}\\.json") && all.size() < most) {
        record(target.path(RECORDS + "/" + file), file).ifPresent(all::add);
      }
    }
    return all;
  }

  /** A path beside the records. */
  String aside(String name) {
    return target.path(RECORDS + "/" + name);
  }

  SshConnection connection() {
    return connection;
  }

  /** Makes the folder of the records. */
  void prepare() throws SshFailure {
    connection.folder(target.path(RECORDS));
  }

  /** Writes a small file in one step. */
  void put(String path, Object body) throws SshFailure {
    String temp = freshPath();
    connection.write(temp, Json.write(body).getBytes(StandardCharsets.UTF_8));
    connection.replace(temp, path);
  }

  /** Writes it down. */
  void record(PublishedName name, TargetRecord record) throws SshFailure {
    prepare();
    put(recordPath(name), record);
  }

  /** True when a plain file of that size has that name. */
  boolean has(PublishedName name, long size) throws SshFailure {
    return connection.size(target.path(name.value())).orElse(-1) == size;
  }

  /** A path for an upload that nobody else has and nobody is served. */
  String freshPath() {
    return target.path(
        SshConnections.UPLOAD_PREFIX + UUID.randomUUID().toString().replace("-", ""));
  }

  void upload(String temp, InputStream bytes, long size) throws SshFailure {
    connection.write(temp, bytes, size);
  }

  void publish(String temp, PublishedName name) throws SshFailure {
    connection.replace(temp, target.path(name.value()));
  }

  private String recordPath(PublishedName name) {
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
