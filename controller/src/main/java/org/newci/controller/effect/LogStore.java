package org.newci.controller.effect;

import java.io.InputStream;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.newci.contracts.store.LogAnswer;
import org.newci.controller.build.BuildId;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;

/** The store's routes for logs. */
public final class LogStore implements Outside.Logs {

  private static final Duration APPEND = Duration.ofSeconds(20);
  private static final Duration READ = Duration.ofMinutes(5);
  private static final MediaType BYTES = MediaType.get("application/octet-stream");

  private final Peer peer;

  public LogStore(Peer peer) {
    this.peer = peer;
  }

  @Override
  public void append(BuildId build, long offset, byte[] bytes) throws PeerFailure {
    LogAnswer _ =
        peer.put(
            "/logs/%s?offset=%d".formatted(build, offset),
            RequestBody.create(bytes, BYTES),
            LogAnswer.class,
            APPEND);
  }

  /** The log from that offset on; empty when there is none. The caller closes it. */
  public InputStream open(BuildId build, long offset) throws PeerFailure {
    try {
      Response response = peer.open("/logs/%s?offset=%d".formatted(build, offset), READ);
      return response.body().byteStream();
    } catch (PeerFailure.Refused e) {
      if (e.status() == 404 || e.status() == 416) {
        return InputStream.nullInputStream();
      }
      throw e;
    }
  }
}
