package org.newci.shell.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.newci.auth.Audience;
import org.newci.auth.DenyList;
import org.newci.auth.SigningKey.VerifyKey;
import org.newci.auth.TokenVerifier;
import org.newci.shell.config.ComponentHome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which tokens a component believes: those signed by a {@code verify-*.pem} of its secrets folder
 * and not on its deny list. Both are read again when they change, so that keys are rotated and
 * tokens withdrawn without a restart.
 */
final class TrustedTokens implements Supplier<TokenVerifier> {

  /** A change within that time of the last one may leave no trace in the file's time. */
  private static final Duration COARSE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(TrustedTokens.class);

  private record Stamp(FileTime folder, @Nullable FileTime denied) {

    boolean isOlderThan(FileTime limit) {
      return folder.compareTo(limit) < 0 && (denied == null || denied.compareTo(limit) < 0);
    }
  }

  private record Read(Stamp stamp, boolean settled, TokenVerifier verifier) {}

  private final Audience audience;
  private final ComponentHome home;
  private final Clock clock;
  private volatile Read last;

  /** Reads them for the first time; what cannot be read stops the component. */
  TrustedTokens(Audience audience, ComponentHome home, Clock clock) {
    this.audience = audience;
    this.home = home;
    this.clock = clock;
    if (home.verifyKeys().isEmpty()) {
      throw new IllegalArgumentException(
          "verify keys of %s: none (expected verify-*.pem in its secrets folder)"
              .formatted(audience.word()));
    }
    this.last = read(stamp());
  }

  @Override
  public TokenVerifier get() {
    Read known = last;
    try {
      Stamp now = stamp();
      if (!known.settled() || !known.stamp().equals(now)) {
        known = read(now);
        last = known;
      }
    } catch (UncheckedIOException | IllegalArgumentException e) {
      LOG.error("the keys or the deny list of {} changed and cannot be read", audience.word(), e);
    }
    return known.verifier();
  }

  private Read read(Stamp stamp) {
    FileTime limit = FileTime.from(clock.instant().minus(COARSE));
    var keys = home.verifyKeys().stream().map(file -> VerifyKey.fromPem(text(file))).toList();
    DenyList denied =
        stamp.denied() == null ? DenyList.NOBODY : DenyList.parse(text(home.denyList()));
    return new Read(
        stamp, stamp.isOlderThan(limit), new TokenVerifier(audience, keys, denied, clock));
  }

  private Stamp stamp() {
    Path list = home.denyList();
    try {
      return new Stamp(
          Files.getLastModifiedTime(home.secrets()),
          Files.exists(list) ? Files.getLastModifiedTime(list) : null);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + home.secrets(), e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
