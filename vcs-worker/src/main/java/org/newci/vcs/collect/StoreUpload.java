package org.newci.vcs.collect;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.newci.auth.BearerToken;
import org.newci.contracts.store.BlobAnswer;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.newci.shell.problem.Problem;

/** Puts a file of a zip into the store, and compares the store's digest with what was sent. */
final class StoreUpload {

  private static final MediaType BYTES = MediaType.get("application/octet-stream");
  private static final Duration DEADLINE = Duration.ofMinutes(15);

  private final Peer store;

  StoreUpload(Peer store) {
    this.store = store;
  }

  /** Stores a file under the names that the grant is for, of which the first is this. */
  BlobAnswer put(ArtifactZip zip, String path, String name, BearerToken grant) {
    EntryBody body = new EntryBody(zip, path);
    try {
      BlobAnswer answer = store.showing(grant).put("/uploads", body, BlobAnswer.class, DEADLINE);
      return checked(answer, name, body.digest(), zip.size(path));
    } catch (PeerFailure e) {
      if (body.broken != null && e instanceof PeerFailure.Unreachable) {
        throw Problem.unprocessable(
            "artifact-refused", "The artifact '%s' cannot be unpacked.".formatted(path));
      }
      throw failed(e);
    }
  }

  private static BlobAnswer checked(BlobAnswer answer, String name, String sha256, long size) {
    if (!answer.name().equals(name)) {
      throw Problem.badGateway(
          "store-refused",
          "The grant is for the blob %s (expected %s).".formatted(answer.name(), name));
    }
    if (!answer.sha256().equals(sha256) || answer.size() != size) {
      throw Problem.badGateway(
          "store-refused",
          "The store has %s for the blob %s, but %s was sent."
              .formatted(answer.sha256(), name, sha256));
    }
    return answer;
  }

  private static Problem failed(PeerFailure e) {
    if (e instanceof PeerFailure.Refused full && full.kind().equals("disk-full")) {
      return new Problem(507, "disk-full", String.valueOf(e.getMessage()));
    }
    String kind = e instanceof PeerFailure.Refused ? "store-refused" : "store-unreachable";
    return Problem.badGateway(kind, String.valueOf(e.getMessage()));
  }

  /** One file of the zip as a request body; it can be sent again. */
  private static final class EntryBody extends RequestBody {

    private final ArtifactZip zip;
    private final String path;
    private @Nullable String sent;
    private @Nullable IOException broken;

    EntryBody(ArtifactZip zip, String path) {
      this.zip = zip;
      this.path = path;
    }

    String digest() {
      return String.valueOf(sent);
    }

    @Override
    public MediaType contentType() {
      return BYTES;
    }

    @Override
    public long contentLength() {
      return zip.size(path);
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      MessageDigest digest = Sha256.fresh();
      try (InputStream in = new DigestInputStream(new Watched(zip.bytes(path)), digest)) {
        in.transferTo(sink.outputStream());
      }
      sent = Sha256.hex(digest);
    }

    /** Remembers that it was the zip, not the store, that failed. */
    private final class Watched extends FilterInputStream {

      Watched(InputStream in) {
        super(in);
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
          return super.read(buffer, offset, length);
        } catch (IOException e) {
          broken = e;
          throw e;
        }
      }
    }
  }
}
