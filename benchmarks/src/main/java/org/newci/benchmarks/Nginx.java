package org.newci.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.Programs;

/** nginx with its dav module on a free port, with that component's certificate. */
final class Nginx implements AutoCloseable {

  private final NativeProcess process;
  private final int port;

  private Nginx(NativeProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  static Nginx start(Path folder, Path secrets) {
    int port = NativeProcess.freePort();
    try {
      Path root = Files.createDirectories(folder.resolve("nginx"));
      Path config = folder.resolve("nginx.conf");
      Files.writeString(config, config(root, secrets, port));
      NativeProcess process =
          NativeProcess.start(
              List.of(Programs.need("nginx").toString(), "-c", config.toString()),
              Map.of(),
              folder.resolve("nginx.log"));
      return new Nginx(process.awaitPort(port), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String config(Path root, Path secrets, int port) {
    String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
    return """
        %s
        daemon off;
        worker_processes 2;
        pid %s/pid;
        error_log stderr;
        events {}
        http {
          access_log off;
          sendfile on;
          client_max_body_size 0;
          client_body_temp_path %s/temp;
          server {
            listen 127.0.0.1:%d ssl;
            ssl_certificate %s/tls.pem;
            ssl_certificate_key %s/tls.key;
            ssl_protocols TLSv1.3;
            root %s;
            dav_methods PUT DELETE;
          }
        }
        """
        .formatted(user, root, root, port, secrets, secrets, root);
  }

  URI url() {
    return URI.create("https://localhost:" + port);
  }

  @Override
  public void close() {
    process.close();
  }
}
