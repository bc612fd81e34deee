package org.newci.controller.effect;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.newci.shell.peer.PeerFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a peer again when it, or whom it needs, could not be reached; an answer that says no is
 * final.
 */
final class Patience {

  /** One call to a peer. */
  interface Call<T> {
    T within(Duration deadline) throws PeerFailure;
  }

  /** Problem kinds by which a peer says that somebody behind it is away, or has no room. */
  private static final Set<String> AWAY =
      Set.of(
          "gitlab-unreachable",
          "store-unreachable",
          "target-unreachable",
          "connection-lost",
          "disk-full",
          "busy");

  /** The same of the source, which lies outside: its URL may as well be wrong. */
  private static final Set<String> SOURCE_AWAY = Set.of("source-unreachable", "source-timeout");

  /** Whoever mistyped a URL waits for the sentence; a worker listens to silence as long. */
  private static final Duration SOURCE_TIME = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  /** A certificate being renewed is whole again within seconds; a wrong one stays wrong. */
  private static final int RENEWAL_PAUSES = 2;

  private static final Duration LEAST = Duration.ofMillis(100);

  private final Stage stage;
  private final List<Duration> pauses;

  /**
   * @param pauses before the second try, the third, and so on; one try more than there are pauses
   */
  Patience(Stage stage, List<Duration> pauses) {
    this.stage = stage;
    this.pauses = List.copyOf(pauses);
  }

  /** Five tries over about a minute. */
  static Patience standard(Stage stage) {
    return new Patience(
        stage,
        List.of(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(40)));
  }

  /** The answer, or the last failure; all tries together end at that time. */
  <T> T ask(Instant end, Call<T> call) throws PeerFailure, InterruptedException {
    return ask(end, () -> true, call);
  }

  /**
   * The same for what may meanwhile be another's.
   *
   * @param still asked before every try but the first: who stood still may not know
   * @throws InterruptedException also when it is not ours any more
   */
  <T> T ask(Instant end, BooleanSupplier still, Call<T> call)
      throws PeerFailure, InterruptedException {
    Instant start = stage.clock().instant();
    for (int tries = 0; ; tries++) {
      Duration left = Duration.between(stage.clock().instant(), end);
      try {
        return call.within(left.compareTo(LEAST) < 0 ? LEAST : left);
      } catch (PeerFailure e) {
        if (!isAbsence(e)) {
          throw e;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        int most = isCertificate(e) ? Math.min(RENEWAL_PAUSES, pauses.size()) : pauses.size();
        if (tries >= most) {
          throw e;
        }
        Duration pause = stage.about(pauses.get(tries));
        Instant last = isSource(e) ? start.plus(SOURCE_TIME) : end;
        if (!stage.clock().instant().plus(pause).isBefore(last.isBefore(end) ? last : end)) {
          throw e;
        }
        LOG.info("{} Trying again in {} s.", e.getMessage(), pause.toSeconds());
        stage.pause(pause);
        if (!still.getAsBoolean()) {
          throw new InterruptedException();
        }
      }
    }
  }

  /** True when the peer's certificate was refused, so that nothing was sent to it. */
  static boolean isCertificate(PeerFailure failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 20; t = t.getCause()) {
      if (t instanceof CertificateException
          || t instanceof CertPathBuilderException
          || t instanceof SSLPeerUnverifiedException) {
        return true;
      }
      depth++;
    }
    return false;
  }

  private static boolean isAbsence(PeerFailure failure) {
    return switch (failure) {
      case PeerFailure.Unreachable _ -> true;
      case PeerFailure.Refused refused -> AWAY.contains(refused.kind()) || isSource(refused);
    };
  }

  private static boolean isSource(PeerFailure failure) {
    return failure instanceof PeerFailure.Refused refused && SOURCE_AWAY.contains(refused.kind());
  }
}
