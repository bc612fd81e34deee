package org.newci.deploy.ssh;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * An environment's folder on an SSH server.
 *
 * @param folder absolute path as the server's sftp shows it, without a slash at its end
 */
public record SshTarget(String user, String host, int port, String folder) {

  /** Reads {@code ssh://user@host:port/folder}; the port is 22 when it is not said. */
  public static SshTarget parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw wrong(text);
    }
    String user = uri.getUserInfo();
    String host = uri.getHost();
    if (!"ssh".equals(uri.getScheme())
        || user == null
        || user.contains(":")
        || host == null
        || uri.getPath() == null
        || uri.getQuery() != null) {
      throw wrong(text);
    }
    String folder = uri.getPath().replaceAll("/+$", "");
    int port = uri.getPort() < 0 ? 22 : uri.getPort();
    return new SshTarget(user, host.replaceAll("^\\[|]$", ""), port, folder);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "Settings: NEWCI_TARGET is '%s' (expected ssh://user@host:port/folder).".formatted(text));
  }

  /** The server, for sentences. */
  public String server() {
    return host + ":" + port;
  }

  /** The absolute path of something right in the folder. */
  public String path(String name) {
    return folder + "/" + name;
  }

  /** The folder, for sentences and for asking whether it is there. */
  public String shownFolder() {
    return folder.isEmpty() ? "/" : folder;
  }
}
