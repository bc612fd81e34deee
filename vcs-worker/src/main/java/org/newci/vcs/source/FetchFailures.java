package org.newci.vcs.source;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;
import org.newci.shell.peer.TlsFailure;
import org.newci.shell.problem.NoSpace;
import org.newci.vcs.source.SourceFailure.Kind;
import org.newci.vcs.transport.ByteBudget;
import org.newci.vcs.transport.GitThread;

/** The one table from what JGit throws to a sentence for a person. */
final class FetchFailures {

  private FetchFailures() {}

  static SourceFailure of(SourceUrl url, FetchLimits limits, Exception e) {
    if (e instanceof SourceFailure known) {
      return known;
    }
    String all = messages(e);
    if (GitThread.causedBy(e, AllowedAddresses.AddressRefused.class)) {
      return new SourceFailure(Kind.ADDRESS_REFUSED, refusal(e), e);
    }
    if (GitThread.causedBy(e, ByteBudget.Exceeded.class)) {
      return failure(
          Kind.TOO_LARGE,
          e,
          "The server %s sent more than %d MiB for %s."
              .formatted(url.place(), limits.bytes() >> 20, url));
    }
    if (NoSpace.isCauseOf(e)) {
      return noSpace(url, e);
    }
    if (GitThread.causedBy(e, UnknownHostException.class)) {
      return failure(Kind.UNREACHABLE, e, "There is no host named %s.".formatted(url.host()));
    }
    if (e instanceof TimeoutException) {
      return failure(
          Kind.TIMEOUT,
          e,
          "Fetching %s took longer than %d s and was given up."
              .formatted(url, limits.whole().toSeconds()));
    }
    SourceFailure ssh = sshFailure(url, e, all);
    if (ssh != null) {
      return ssh;
    }
    if (GitThread.causedBy(e, ConnectException.class)
        || GitThread.causedBy(e, NoRouteToHostException.class)) {
      return failure(
          Kind.UNREACHABLE,
          e,
          "The server %s refused the connection for %s.".formatted(url.place(), url));
    }
    if (silent(e, all)) {
      return failure(
          Kind.TIMEOUT,
          e,
          "The server %s did not answer within %d s when asked for %s."
              .formatted(url.place(), limits.read().toSeconds(), url));
    }
    SSLException tls = GitThread.cause(e, SSLException.class);
    if (tls != null) {
      return failure(
          Kind.UNREACHABLE, e, "The server %s %s.".formatted(url.place(), TlsFailure.why(tls)));
    }
    return answered(url, e, all);
  }

  static SourceFailure noSpace(SourceUrl url, Exception e) {
    return failure(Kind.DISK_FULL, e, "The VCS worker has no space left for %s.".formatted(url));
  }

  private static SourceFailure answered(SourceUrl url, Exception e, String all) {
    if (e instanceof NoRemoteRepositoryException
        || all.contains("access denied or repository not exported")
        || all.contains("does not appear to be a git repository")
        || all.contains("repository not found")
        || all.contains("no such repository")) {
      return failure(
          Kind.REPOSITORY_NOT_FOUND,
          e,
          "There is no repository at %s, or it is not public.".formatted(url));
    }
    if (all.contains("authentication is required")
        || all.contains("not authorized")
        || all.contains("not permitted")
        || all.contains("authentication not supported")) {
      return failure(
          Kind.NEEDS_CREDENTIALS,
          e,
          "The server %s wants credentials for %s, and this worker has none for it."
              .formatted(url.place(), url));
    }
    if (all.contains("expected content type") || all.contains("does not support")) {
      return failure(
          Kind.REPOSITORY_NOT_FOUND, e, "What is at %s is not a git repository.".formatted(url));
    }
    if (e instanceof TransportException && !GitThread.causedBy(e, CorruptObjectException.class)) {
      return failure(
          Kind.UNREACHABLE,
          e,
          "Fetching %s failed: %s."
              .formatted(url, String.valueOf(e.getMessage()).replaceAll("[\\s.]+$", "")));
    }
    return failure(
        Kind.BROKEN,
        e,
        "What the server %s sent for %s cannot be read.".formatted(url.place(), url));
  }

  private static @org.jspecify.annotations.Nullable SourceFailure sshFailure(
      SourceUrl url, Exception e, String all) {
    if (!url.scheme().equals("ssh")) {
      return null;
    }
    if (all.contains("hostkey has been changed")) {
      return failure(
          Kind.HOST_KEY,
          e,
          "The SSH key of %s is another one than the pinned; somebody may be in between."
              .formatted(url.place()));
    }
    if (all.contains("reject hostkey") || all.contains("unknownhostkey")) {
      return failure(
          Kind.HOST_KEY,
          e,
          "The SSH key of %s is not pinned in this worker's known_hosts.".formatted(url.place()));
    }
    if (all.contains("auth fail") || all.contains("auth cancel")) {
      return failure(
          Kind.NEEDS_CREDENTIALS,
          e,
          "The server %s does not accept this worker's SSH keys for %s."
              .formatted(url.place(), url));
    }
    return null;
  }

  private static boolean silent(Exception e, String all) {
    return GitThread.causedBy(e, SocketTimeoutException.class)
        || GitThread.causedBy(e, InterruptedIOException.class)
        || GitThread.causedBy(e, ClosedByInterruptException.class)
        || all.contains("closed by interrupt")
        || all.contains("timed out")
        || all.contains("timeout");
  }

  private static String refusal(Exception e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof AllowedAddresses.AddressRefused) {
        return String.valueOf(t.getMessage());
      }
    }
    return String.valueOf(e.getMessage());
  }

  private static String messages(Exception e) {
    StringBuilder all = new StringBuilder();
    int depth = 0;
    for (Throwable t = e; t != null && depth < 20; t = t.getCause()) {
      all.append(t.getMessage()).append('\n');
      depth++;
    }
    return all.toString().toLowerCase(Locale.ROOT);
  }

  private static SourceFailure failure(Kind kind, Exception cause, String sentence) {
    return new SourceFailure(kind, sentence, cause);
  }
}
