package org.newci.cli.remote;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.newci.auth.BearerToken;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.cli.setup.ComponentTokens;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;
import org.newci.cli.setup.SetUp;
import org.newci.shell.peer.TrustedCa;

/** Where a component is, what to show it, and whose certificate it must have. */
public record Access(URI url, BearerToken token, TrustedCa ca) {

  /**
   * From {@code NEWCI_URL}, {@code NEWCI_TOKEN} and {@code NEWCI_CA} when the first is set; else
   * from the data folder that is named, else from the standard one, with a new operator's token.
   */
  public static Access find(Invocation invocation, @Nullable Path data) {
    return find(invocation, data, "NEWCI_URL", Part.CONTROLLER);
  }

  /** To the artifact store: the same with {@code NEWCI_BLOBS_URL}. */
  public static Access findStore(Invocation invocation, @Nullable Path data) {
    return find(invocation, data, "NEWCI_BLOBS_URL", Part.ARTIFACT_STORE);
  }

  private static Access find(
      Invocation invocation, @Nullable Path data, String variable, Part part) {
    String url = invocation.env().get(variable);
    if (url != null && !url.isBlank()) {
      return named(variable, url, invocation);
    }
    DataFolder folder = invocation.folder(data);
    if (!SetUp.isComplete(folder)) {
      throw new CommandFailed(
          Exit.REFUSED,
          ("Nothing is set up in %s; name a running NewCI by %s, NEWCI_TOKEN and NEWCI_CA,"
                  + " or by --data DIR.")
              .formatted(folder, variable));
    }
    return of(folder, part, invocation.clock());
  }

  /** To what was set up in that folder, with a new operator's token. */
  public static Access of(DataFolder folder, Clock clock) {
    return of(folder, Part.CONTROLLER, clock);
  }

  private static Access of(DataFolder folder, Part part, Clock clock) {
    return new Access(
        Ports.of(folder).url(part),
        new ComponentTokens(folder, clock).operator(),
        TrustedCa.of(folder.ca()));
  }

  private static Access named(String variable, String url, Invocation invocation) {
    String token = invocation.env().get("NEWCI_TOKEN");
    if (token == null || token.isBlank()) {
      throw new CommandFailed(
          Exit.USAGE, variable + " is set but NEWCI_TOKEN is not (expected a bearer token).");
    }
    String ca = invocation.env().get("NEWCI_CA");
    try {
      URI base = URI.create(url);
      if (base.getScheme() == null || base.getHost() == null) {
        throw new IllegalArgumentException("no scheme or no host");
      }
      return new Access(
          base,
          BearerToken.of(token),
          ca == null || ca.isBlank() ? TrustedCa.ofJdk() : TrustedCa.of(Path.of(ca)));
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(
          Exit.USAGE,
          "%s is '%s' (expected https://HOST:PORT), or NEWCI_CA is wrong: %s"
              .formatted(variable, url, e.getMessage()),
          e);
    }
  }
}
