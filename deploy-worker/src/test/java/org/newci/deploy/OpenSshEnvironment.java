package org.newci.deploy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.newci.neighbours.OpenSsh;

/** A real sshd; nobody serves its folder over HTTP. */
final class OpenSshEnvironment implements Environment {

  private final Path dir;
  private OpenSsh sshd;

  OpenSshEnvironment(Path dir) throws IOException {
    this.dir = Files.createDirectories(dir).toRealPath();
    Files.createDirectories(folder());
    this.sshd = OpenSsh.start(Files.createDirectories(this.dir.resolve("sshd")));
  }

  /** The daemon; its descendants serve the connections. */
  ProcessHandle process() {
    return sshd.handle();
  }

  @Override
  public String target() {
    return sshd.url(folder());
  }

  @Override
  public Path folder() {
    return dir.resolve("site");
  }

  @Override
  public Path key() {
    return sshd.userKey();
  }

  @Override
  public String knownHost() {
    return sshd.knownHost();
  }

  @Override
  public URI site() {
    return URI.create("https://site.example/files/");
  }

  @Override
  public void restart() {
    sshd = sshd.restarted();
  }

  @Override
  public void changeHostKey() {
    sshd = sshd.withAnotherHostKey();
  }

  @Override
  public void close() {
    sshd.close();
  }
}
