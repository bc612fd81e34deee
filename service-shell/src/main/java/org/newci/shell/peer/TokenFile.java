package org.newci.shell.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.newci.auth.BearerToken;

/** A token in a file that may be renewed while we run: read again when the file changes. */
public final class TokenFile implements Supplier<BearerToken> {

  private record Read(FileTime modified, BearerToken token) {}

  private final Path file;
  private volatile @Nullable Read last;

  public TokenFile(Path file) {
    this.file = file;
  }

  @Override
  public BearerToken get() {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      Read known = last;
      if (known == null || !known.modified.equals(modified)) {
        known = new Read(modified, BearerToken.of(Files.readString(file)));
        last = known;
      }
      return known.token;
    } catch (IOException e) {
      throw new IllegalStateException("token file %s: not readable".formatted(file), e);
    }
  }
}
