package org.newci.deploy;

import java.net.URI;
import java.nio.file.Path;

/** An environment to deploy to, for tests: an SSH server and its folder. */
public interface Environment extends AutoCloseable {

  /** For {@code NEWCI_TARGET}. */
  String target();

  /** The folder on this machine. */
  Path folder();

  /** Private key that may log in. */
  Path key();

  /** Pins the present host key. */
  String knownHost();

  /** For {@code NEWCI_SITE_URL}. */
  URI site();

  /** Ends every connection and comes back on the same port with the same host key. */
  void restart();

  /** Comes back on the same port with another host key. */
  void changeHostKey();

  @Override
  void close();
}
