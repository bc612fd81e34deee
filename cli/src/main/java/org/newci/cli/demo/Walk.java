package org.newci.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.remote.Access;
import org.newci.cli.remote.Controller;
import org.newci.cli.remote.StepLines;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;
import org.newci.contracts.controller.BuildView;
import org.newci.contracts.controller.CdRequest;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;

/** From the sample's commit to the published file, through a running NewCI, checked at the end. */
public final class Walk {

  /** The sample's whole build must be done within that time. */
  public static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** What came of it: the file's address, and its digest as {@code sha256:HEX}. */
  public record Published(String url, String digest, Duration took) {}

  private final DataFolder folder;
  private final Access access;
  private final Consumer<String> tell;

  public Walk(DataFolder folder, Access access, Consumer<String> tell) {
    this.folder = folder;
    this.access = access;
    this.tell = tell;
  }

  /** Submits the sample, tells each step as it happens, fetches what is served, and compares. */
  public Published take(SampleRepository sample) {
    Controller controller = new Controller(access);
    tell.accept(
        "POST %s/cd {repo: %s, ref: main, artifact: %s}"
            .formatted(access.url(), sample.url(), SampleRepository.ARTIFACT));
    long start = System.nanoTime();
    String id =
        controller.submit(new CdRequest(sample.url(), "main", SampleRepository.ARTIFACT, null));
    tell.accept("build " + id);
    StepLines lines = new StepLines();
    BuildView end = controller.await(id, PATIENCE, look -> lines.after(look).forEach(tell));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (!"succeeded".equals(end.outcome())) {
      throw new CommandFailed(
          Controller.exitCode(end), "The build %s: %s".formatted(end.outcome(), end.sentence()));
    }
    requireEqual("commit", sample.commit(), end.commit());
    String url = String.valueOf(end.url());
    String served = "sha256:" + digestOfServed(url);
    requireEqual("digest of the served file", String.valueOf(end.artifactDigest()), served);
    requireEqual("digest of the stored blob", served, "sha256:" + digestOfBlob(served));
    return new Published(url, served, took);
  }

  private static void requireEqual(
      String what, String expected, @org.jspecify.annotations.Nullable String actual) {
    if (!expected.equals(actual)) {
      throw new CommandFailed(
          Exit.FAILED, "The %s is %s (expected %s).".formatted(what, actual, expected));
    }
  }

  private String digestOfServed(String url) {
    OkHttpClient http = Peer.client(access.ca()).newBuilder().callTimeout(DEADLINE).build();
    try (Response answer = http.newCall(new Request.Builder().url(url).build()).execute()) {
      if (answer.code() != 200) {
        throw new CommandFailed(
            Exit.FAILED, "The site answers %d at %s.".formatted(answer.code(), url));
      }
      return sha256(answer.body().byteStream());
    } catch (IOException e) {
      throw new CommandFailed(
          Exit.FAILED, "The site does not serve %s: %s".formatted(url, e.getMessage()), e);
    }
  }

  private String digestOfBlob(String digest) {
    Peer store =
        new Peer(
            "artifact-store",
            Ports.of(folder).url(Part.ARTIFACT_STORE),
            access::token,
            access.ca());
    try (Response answer = store.open("/blobs/" + digest, DEADLINE)) {
      return sha256(answer.body().byteStream());
    } catch (PeerFailure | IOException e) {
      throw new CommandFailed(
          Exit.FAILED, "The blob %s cannot be read: %s".formatted(digest, e.getMessage()), e);
    }
  }

  private static String sha256(InputStream bytes) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(bytes, MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }
}
