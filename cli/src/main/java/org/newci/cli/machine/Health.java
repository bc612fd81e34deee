package org.newci.cli.machine;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.TrustedCa;

/** Asks components over HTTPS whether they serve. */
final class Health {

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Ports ports;
  private final OkHttpClient http;

  Health(DataFolder folder, Ports ports) {
    this.ports = ports;
    this.http = Peer.client(TrustedCa.of(folder.ca())).newBuilder().callTimeout(DEADLINE).build();
  }

  /** Fails with a sentence when one does not answer. */
  void require(List<Part> parts) {
    try {
      parts.forEach(this::require);
    } finally {
      http.dispatcher().executorService().shutdown();
      http.connectionPool().evictAll();
    }
  }

  private void require(Part part) {
    String url = ports.url(part) + "/health";
    try (Response answer = http.newCall(new Request.Builder().url(url).build()).execute()) {
      // The stand-in and the site are not ours in shape: that they answer is enough.
      if (part.checksTokens() && answer.code() != 200) {
        throw new CommandFailed(
            Exit.FAILED, "The %s answers %d at %s.".formatted(part.word(), answer.code(), url));
      }
    } catch (IOException e) {
      throw new CommandFailed(
          Exit.FAILED,
          "The %s does not answer at %s: %s".formatted(part.word(), url, Sentences.of(e)),
          e);
    }
  }
}
