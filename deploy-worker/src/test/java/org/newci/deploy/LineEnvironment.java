package org.newci.deploy;

import java.net.URI;
import java.nio.file.Path;
import org.newci.neighbours.TcpLine;

/** The same environment, reached over a line that a test can cut or hold. */
final class LineEnvironment implements Environment {

  private final Environment real;
  final TcpLine line;

  LineEnvironment(Environment real) {
    this.real = real;
    this.line = TcpLine.to(URI.create(real.target()).getPort());
  }

  private String here(String text) {
    return text.replace(":" + URI.create(real.target()).getPort(), ":" + line.port());
  }

  @Override
  public String target() {
    return here(real.target());
  }

  @Override
  public Path folder() {
    return real.folder();
  }

  @Override
  public Path key() {
    return real.key();
  }

  @Override
  public String knownHost() {
    return here(real.knownHost());
  }

  @Override
  public URI site() {
    return real.site();
  }

  @Override
  public void restart() {
    real.restart();
  }

  @Override
  public void changeHostKey() {
    real.changeHostKey();
  }

  @Override
  public void close() {
    line.close();
  }
}
