package org.newci.standin.runnerapi;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one file of a multipart/form-data body (RFC 7578), written to disk as it arrives.
 *
 * @param name the last part of the file's name
 * @param size in bytes
 */
record MultipartFile(String name, long size) {

  private static final int LONGEST_HEADERS = 8 * 1024;
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]{1,70})\"?");
  private static final Pattern FILENAME = Pattern.compile("filename=\"([^\"]{1,255})\"");

  /** The file is larger than it may be. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** The body is no such thing. */
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  /** Reads the first part that is a file. */
  static MultipartFile receive(String contentType, InputStream raw, Path file, long largest)
      throws IOException {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!contentType.startsWith("multipart/form-data") || !boundary.find()) {
      throw new Malformed("a multipart body with one file was expected");
    }
    byte[] delimiter = ("\r\n--" + boundary.group(1)).getBytes(StandardCharsets.ISO_8859_1);
    Input in = new Input(raw);
    in.expect(("--" + boundary.group(1)).getBytes(StandardCharsets.ISO_8859_1));
    while (true) {
      Matcher name = FILENAME.matcher(in.headers());
      if (name.find()) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
          long size = in.copyUntil(delimiter, out, largest);
          return new MultipartFile(name.group(1).replaceAll(".*[/\\\\]", ""), size);
        }
      }
      in.copyUntil(delimiter, OutputStream.nullOutputStream(), LONGEST_HEADERS);
    }
  }

  /** Bytes one by one, without a call into the network for each. */
  private static final class Input {
    private final InputStream raw;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;

    Input(InputStream raw) {
      this.raw = raw;
    }

    private int read() throws IOException {
      if (position == limit) {
        limit = Math.max(0, raw.read(buffer));
        position = 0;
        if (limit == 0) {
          throw new Malformed("the body ends in the middle of the file");
        }
      }
      return buffer[position++] & 0xff;
    }

    void expect(byte[] bytes) throws IOException {
      for (byte expected : bytes) {
        if (read() != (expected & 0xff)) {
          throw new Malformed("the body does not begin with its boundary");
        }
      }
    }

    /** The rest of the delimiter's line, and all lines up to an empty one. */
    String headers() throws IOException {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      int state = 0;
      while (state < 4) {
        int next = read();
        text.write(next);
        boolean fits = next == (state % 2 == 0 ? '\r' : '\n');
        state = fits ? state + 1 : next == '\r' ? 1 : 0;
        if (text.size() == 2 && text.toString(StandardCharsets.ISO_8859_1).equals("--")) {
          throw new Malformed("the body holds no file");
        }
        if (text.size() > LONGEST_HEADERS) {
          throw new Malformed("the headers of a part are too long");
        }
      }
      return text.toString(StandardCharsets.UTF_8);
    }

    /** Copies up to the delimiter; the delimiter's first byte occurs in it only once. */
    long copyUntil(byte[] delimiter, OutputStream out, long largest) throws IOException {
      long size = 0;
      int matched = 0;
      while (matched < delimiter.length) {
        int next = read();
        if (next == (delimiter[matched] & 0xff)) {
          matched++;
          continue;
        }
        out.write(delimiter, 0, matched);
        size += matched;
        matched = 0;
        if (next == (delimiter[0] & 0xff)) {
          matched = 1;
        } else {
          out.write(next);
          size++;
        }
        if (size > largest) {
          throw new TooLarge();
        }
      }
      return size;
    }
  }
}
