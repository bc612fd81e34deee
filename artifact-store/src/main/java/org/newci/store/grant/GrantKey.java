package org.newci.store.grant;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.newci.store.disk.Durable;

/**
 * Makes secrets out of the ids of grants that may be asked for again, so that they stay the same.
 * The key is a file that the store makes when it first needs it: a copy of the index opens nothing.
 */
final class GrantKey {

  private static final int BYTES = 32;
  private static final String HMAC = "HmacSHA256";

  private final Path file;
  private @Nullable SecretKeySpec key;

  GrantKey(Path file) {
    this.file = file;
  }

  /** 64 hex digits for that id, which nobody else can tell. */
  synchronized String digits(String id) throws IOException {
    if (key == null) {
      key = new SecretKeySpec(readOrMake(), HMAC);
    }
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(id.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + HMAC, e);
    }
  }

  /** A new key ends no grant: who asks again is told the new secret. */
  private byte[] readOrMake() throws IOException {
    if (Files.exists(file) && Files.size(file) == BYTES) {
      return Files.readAllBytes(file);
    }
    byte[] made = new byte[BYTES];
    new SecureRandom().nextBytes(made);
    Path temp = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temp);
    Durable.write(
        temp,
        made,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Durable.replace(temp, file);
    return made;
  }
}
