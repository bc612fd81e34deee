package org.newci.standin.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The files that a runner packs one after the other, each a gzip member of its own (RFC 1952); the
 * JDK's stream would glue them together.
 */
public final class GzipMembers {

  private static final int HEADER = 10;
  private static final int TRAILER = 8;
  private static final int CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final byte[] packed;
  private int position;
  private long left;

  private GzipMembers(byte[] packed, long largest) {
    this.packed = packed;
    this.left = largest;
  }

  /** The unpacked files, together at most that large; what is not packed is one file as it is. */
  public static List<byte[]> unpack(byte[] packed, long largest) throws IOException {
    if (!startsMember(packed, 0)) {
      if (packed.length > largest) {
        throw tooLarge(largest);
      }
      return List.of(packed);
    }
    GzipMembers members = new GzipMembers(packed, largest);
    List<byte[]> all = new ArrayList<>();
    while (startsMember(packed, members.position)) {
      all.add(members.next(largest));
    }
    return all;
  }

  private static boolean startsMember(byte[] bytes, int at) {
    return bytes.length - at >= HEADER + TRAILER
        && bytes[at] == 0x1f
        && (bytes[at + 1] & 0xff) == 0x8b
        && bytes[at + 2] == 8;
  }

  private byte[] next(long largest) throws IOException {
    skipHeader();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(packed, position, packed.length - position);
      while (!inflater.finished()) {
        int got = inflater.inflate(buffer);
        if (got == 0 && !inflater.finished()) {
          throw new IOException("the gzip file is cut off");
        }
        left -= got;
        if (left < 0) {
          throw tooLarge(largest);
        }
        file.write(buffer, 0, got);
      }
      position += (int) inflater.getBytesRead() + TRAILER;
      return file.toByteArray();
    } catch (DataFormatException e) {
      throw new IOException("the gzip file is damaged", e);
    }
  }

  private static IOException tooLarge(long largest) {
    return new IOException("the file is larger than %d bytes".formatted(largest));
  }

  private void skipHeader() throws IOException {
    int flags = packed[position + 3];
    position += HEADER;
    if ((flags & EXTRA) != 0) {
      position += 2 + (at(0) & 0xff) + ((at(1) & 0xff) << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & CRC) != 0) {
      position += 2;
    }
    at(0);
  }

  private void skipText() throws IOException {
    while (at(0) != 0) {
      position++;
    }
    position++;
  }

  private byte at(int offset) throws IOException {
    if (position + offset >= packed.length) {
      throw new IOException("the gzip file is cut off");
    }
    return packed[position + offset];
  }
}
