package org.newci.standin.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens of jobs, made from their numbers by a key that only this server has (HMAC-SHA-256). */
public final class JobTokens {

  private static final String PREFIX = "glcbt-";
  private static final int BYTES = 20;

  private final SecretKeySpec key;

  private JobTokens(byte[] key) {
    this.key = new SecretKeySpec(key, "HmacSHA256");
  }

  /** With the key in that file, made when there is none. */
  public static JobTokens load(Path file) {
    try {
      if (!Files.exists(file)) {
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        Path beside = Path.of(file + ".new");
        Files.deleteIfExists(beside);
        Files.createFile(
            beside,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(beside, fresh);
        Files.move(beside, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      }
      return new JobTokens(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the key of job tokens " + file, e);
    }
  }

  /** The token of that job. */
  public String of(long jobId) {
    String number = Long.toString(jobId, 36);
    return PREFIX
        + number
        + "_"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(print(number));
  }

  /** Whose token it is; empty when it is nobody's. */
  public OptionalLong jobOf(String token) {
    int bar = token.indexOf('_');
    if (!token.startsWith(PREFIX) || bar < 0) {
      return OptionalLong.empty();
    }
    try {
      long id = Long.parseLong(token.substring(PREFIX.length(), bar), 36);
      byte[] expected = of(id).getBytes(StandardCharsets.UTF_8);
      return MessageDigest.isEqual(expected, token.getBytes(StandardCharsets.UTF_8))
          ? OptionalLong.of(id)
          : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private byte[] print(String number) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Arrays.copyOf(mac.doFinal(number.getBytes(StandardCharsets.UTF_8)), BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HMAC-SHA-256", e);
    }
  }
}
