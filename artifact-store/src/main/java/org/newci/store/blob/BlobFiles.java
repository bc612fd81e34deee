package org.newci.store.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.newci.shell.stream.ReadAhead;
import org.newci.store.disk.Durable;

/**
 * The bytes of blobs on disk: {@code blobs/ab/HEX}, written once and never changed. {@code temp/}
 * holds what is being received, and a mark {@code HEX-…} for each file that the index may not know
 * yet. Blobs of a few bytes have no file.
 */
public final class BlobFiles {

  /**
   * A blob of at most that many bytes lies in the index: one write to the disk instead of three.
   */
  static final int SMALL = 8 * 1024;

  private static final int BUFFER = 256 * 1024;

  private final Path blobs;
  private final Path temp;

  private BlobFiles(Path data) {
    this.blobs = data.resolve("blobs");
    this.temp = data.resolve("temp");
  }

  /** True for a body of so many bytes as lies in the index; false when nobody said how many. */
  static boolean isSmall(long announced) {
    return announced >= 0 && announced <= SMALL;
  }

  static BlobFiles open(Path data) throws IOException {
    BlobFiles files = new BlobFiles(data);
    Durable.folder(files.blobs);
    Durable.folder(files.temp);
    return files;
  }

  /** The whole of a body: in memory when it is small, else in a file that is on the disk. */
  final class Received implements AutoCloseable {
    private final Sha256 digest;
    private final long size;
    private final byte @Nullable [] held;
    private final @Nullable Path part;
    private @Nullable Path mark;

    private Received(Sha256 digest, long size, byte @Nullable [] held, @Nullable Path part) {
      this.digest = digest;
      this.size = size;
      this.held = held;
      this.part = part;
    }

    Sha256 digest() {
      return digest;
    }

    long size() {
      return size;
    }

    byte @Nullable [] held() {
      return held;
    }

    /** Puts the file in its place; the mark stays until it is closed, after the index knows. */
    void settle() throws IOException {
      Path made = temp.resolve(digest.hex() + "-" + UUID.randomUUID());
      Files.createFile(made);
      mark = made;
      Durable.replace(Objects.requireNonNull(part), fileOf(digest));
    }

    @Override
    public void close() throws IOException {
      if (part != null) {
        Files.deleteIfExists(part);
      }
      if (mark != null) {
        Files.deleteIfExists(mark);
      }
    }
  }

  Received receive(InputStream body) throws IOException {
    MessageDigest computation = Sha256.computation();
    byte[] first = body.readNBytes(SMALL + 1);
    computation.update(first);
    if (first.length <= SMALL) {
      return new Received(Sha256.of(computation), first.length, first, null);
    }
    Path part = temp.resolve(UUID.randomUUID() + ".part");
    try {
      long size = receive(first, body, part, computation);
      return new Received(Sha256.of(computation), size, null, part);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
  }

  private static long receive(byte[] first, InputStream body, Path part, MessageDigest computation)
      throws IOException {
    byte[] buffer = Arrays.copyOf(first, BUFFER);
    try (PartFile out = PartFile.create(part)) {
      out.write(buffer, first.length);
      long size = first.length;
      size += receive(body, buffer, out, computation);
      if (size >= BUFFER) {
        // Much more may come: it is decrypted while what came is hashed and written.
        try (InputStream rest = new ReadAhead(body)) {
          for (int n = buffer.length; n == buffer.length; size += n) {
            n = receive(rest, buffer, out, computation);
          }
        }
      }
      out.sync();
      return size;
    }
  }

  private static int receive(
      InputStream body, byte[] buffer, PartFile out, MessageDigest computation) throws IOException {
    int n = body.readNBytes(buffer, 0, buffer.length);
    computation.update(buffer, 0, n);
    out.write(buffer, n);
    return n;
  }

  /** True when that file is there, whole as far as its size tells. */
  boolean has(Sha256 digest, long size) throws IOException {
    Path file = fileOf(digest);
    return Files.exists(file) && Files.size(file) == size;
  }

  void remove(Sha256 digest) throws IOException {
    Files.deleteIfExists(fileOf(digest));
  }

  /** Digests whose files were put in place by a process that may not have noted them. */
  List<Sha256> unfinished() throws IOException {
    List<Sha256> digests = new ArrayList<>();
    try (DirectoryStream<Path> marks = Files.newDirectoryStream(temp, "?*-*")) {
      for (Path mark : marks) {
        String hex = String.valueOf(mark.getFileName()).replaceFirst("-.*", "");
        if (hex.matches("[0-9a-f]{64}")) {
          digests.add(new Sha256(hex));
        }
      }
    }
    return digests;
  }

  void clearTemp() throws IOException {
    Durable.empty(temp);
  }

  Path temp() {
    return temp;
  }

  /** Where the bytes of that digest lie, unless they are few. */
  public Path fileOf(Sha256 digest) {
    return fileOf(blobs, digest);
  }

  /** The same below another folder of blobs. */
  public static Path fileOf(Path blobs, Sha256 digest) {
    return blobs.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }
}
