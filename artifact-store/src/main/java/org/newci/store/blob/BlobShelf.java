package org.newci.store.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;
import org.newci.store.disk.Durable;

/**
 * Blobs on disk: {@code blobs/ab/HEX} holds the bytes of one digest and is never changed; {@code
 * names/cd/HEX}, by the digest of the name, holds a {@link BlobAlias}; {@code temp/} holds what is
 * being received.
 */
public final class BlobShelf {

  private static final int BUFFER = 256 * 1024;

  /** What a {@link #put} did; {@code fresh} when the name was not there before. */
  public record Stored(Sha256 digest, long size, boolean fresh) {}

  private final Path blobs;
  private final Path names;
  private final Path temp;
  private final Clock clock;

  private BlobShelf(Path data, Clock clock) {
    this.blobs = data.resolve("blobs");
    this.names = data.resolve("names");
    this.temp = data.resolve("temp");
    this.clock = clock;
  }

  /** Opens the shelf in that folder, and clears what an earlier process had not received whole. */
  public static BlobShelf open(Path data, Clock clock) {
    BlobShelf shelf = new BlobShelf(data, clock);
    try {
      Durable.folder(shelf.blobs);
      Durable.folder(shelf.names);
      Durable.folder(shelf.temp);
      Durable.empty(shelf.temp);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the blobs in " + data, e);
    }
    return shelf;
  }

  /**
   * Stores all of that stream and lets the name point to it; on any failure nothing has changed. Of
   * several writers to one name the last to finish wins.
   *
   * @param expected the digest that the bytes must have, when the sender said it
   * @throws Problem 422 {@code digest-mismatch}
   */
  public Stored put(BlobName name, InputStream body, @Nullable Sha256 expected) throws IOException {
    Path part = temp.resolve(UUID.randomUUID().toString());
    try {
      MessageDigest computation = Sha256.computation();
      long size = receive(body, part, computation);
      Sha256 digest = Sha256.of(computation);
      if (expected != null && !expected.equals(digest)) {
        throw Problem.unprocessable(
            "digest-mismatch",
            "The bytes of '%s' have the digest %s (expected %s)."
                .formatted(name.value(), digest.address(), expected.address()));
      }
      Path home = bytesOf(digest);
      if (!Files.exists(home) || Files.size(home) != size) {
        Durable.replace(part, home);
      }
      return new Stored(digest, size, point(name, digest, size));
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** The blob of that name, opened. */
  public Optional<OpenBlob> find(BlobName name) throws IOException {
    try {
      String record = Files.readString(recordOf(name), StandardCharsets.UTF_8);
      BlobAlias alias = Json.lenient().readValue(record, BlobAlias.class);
      return find(new Sha256(alias.sha256()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The blob of that digest, opened. */
  public Optional<OpenBlob> find(Sha256 digest) throws IOException {
    try {
      FileChannel bytes = FileChannel.open(bytesOf(digest), StandardOpenOption.READ);
      return Optional.of(new OpenBlob(digest, bytes.size(), bytes));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static long receive(InputStream body, Path part, MessageDigest computation)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        computation.update(buffer, 0, n);
        ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
        while (piece.hasRemaining()) {
          out.write(piece);
        }
        size += n;
      }
      out.force(true);
    }
    return size;
  }

  private boolean point(BlobName name, Sha256 digest, long size) throws IOException {
    Path home = recordOf(name);
    boolean fresh = !Files.exists(home);
    Path part = temp.resolve(UUID.randomUUID().toString());
    try {
      BlobAlias alias = new BlobAlias(name.value(), digest.hex(), size, clock.instant());
      Durable.write(part, Json.write(alias).getBytes(StandardCharsets.UTF_8));
      Durable.replace(part, home);
    } finally {
      Files.deleteIfExists(part);
    }
    return fresh;
  }

  private Path bytesOf(Sha256 digest) {
    return sharded(blobs, digest);
  }

  private Path recordOf(BlobName name) {
    return sharded(names, Sha256.of(name.value()));
  }

  private static Path sharded(Path folder, Sha256 digest) {
    return folder.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }
}
