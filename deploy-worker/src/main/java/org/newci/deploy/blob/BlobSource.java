package org.newci.deploy.blob;

import java.time.Duration;
import okhttp3.Response;
import org.newci.shell.edge.PathName;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.newci.shell.problem.Problem;

/** Fetches blobs from the artifact store. */
public final class BlobSource {

  private final Peer store;
  private final Duration limit;

  /** From that store; one blob takes at most that long. */
  public BlobSource(Peer store, Duration limit) {
    this.store = store;
    this.limit = limit;
  }

  /**
   * Opens a blob by its name or by {@code sha256:HEX}; the caller closes it.
   *
   * @throws Problem 404 {@code artifact-not-found}, 502 {@code store-refused} or {@code
   *     store-unreachable}
   */
  public OpenBlob open(String artifact) {
    Response answer;
    try {
      answer = store.open("/blobs/" + PathName.encode(artifact), limit);
    } catch (PeerFailure.Refused e) {
      if (e.status() == 404) {
        throw new Problem(
            404,
            "artifact-not-found",
            "The artifact '%s' is not in the store.".formatted(artifact));
      }
      throw Problem.badGateway(
          e.status() == 400 ? "artifact-refused" : "store-refused",
          "The artifact store refused '%s': %s".formatted(artifact, e.getMessage()));
    } catch (PeerFailure.Unreachable e) {
      throw Problem.badGateway("store-unreachable", String.valueOf(e.getMessage()));
    } catch (PeerFailure e) {
      throw new IllegalStateException(e);
    }
    Sha256 digest = Sha256.ofEtag(String.valueOf(answer.header("ETag"))).orElse(null);
    if (digest == null) {
      answer.close();
      throw Problem.badGateway(
          "store-refused",
          "The artifact store gave no digest for '%s' (expected an ETag with sha256:)."
              .formatted(artifact));
    }
    return OpenBlob.of(digest, answer);
  }
}
