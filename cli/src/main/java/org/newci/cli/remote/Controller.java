package org.newci.cli.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import okhttp3.Response;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.machine.Pause;
import org.newci.contracts.controller.BuildView;
import org.newci.contracts.controller.CdAnswer;
import org.newci.contracts.controller.CdRequest;
import org.newci.contracts.controller.ReplayView;
import org.newci.contracts.controller.RollbackAnswer;
import org.newci.contracts.controller.RollbackRequest;
import org.newci.contracts.controller.StatusView;
import org.newci.contracts.controller.StopRequest;
import org.newci.contracts.controller.StopView;
import org.newci.contracts.controller.WhyView;
import org.newci.contracts.store.RetentionReport;
import org.newci.contracts.store.RetentionRequest;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;

/** The controller, as a person's commands use it; every failure is a sentence and exit code 3. */
public final class Controller {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration REDEPLOY = Duration.ofMinutes(10);
  private static final Duration RETAIN = Duration.ofMinutes(10);

  /** A controller that is away that long while somebody waits is taken for gone. */
  private static final Duration AWAY = Duration.ofSeconds(30);

  private static final Duration FIRST_LOOKS = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration LATER = Duration.ofMillis(500);

  private final Peer peer;

  public Controller(Access access) {
    this.peer = new Peer("controller", access.url(), access::token, access.ca());
  }

  /** A question that may fail. */
  private interface Call<T> {
    T answer() throws PeerFailure;
  }

  private static <T> T ask(Call<T> call) {
    try {
      return call.answer();
    } catch (PeerFailure e) {
      throw new CommandFailed(Exit.REFUSED, Printable.line(String.valueOf(e.getMessage())), e);
    }
  }

  /** Submits; answers the build's id. */
  public String submit(CdRequest request) {
    return ask(() -> peer.post("/cd", request, CdAnswer.class, DEADLINE)).id();
  }

  /**
   * All builds that are not finished, and the newest that are.
   *
   * @param query {@code finished=N} and {@code since=TIME}, or nothing
   */
  public StatusView status(String query) {
    return ask(() -> peer.get("/status" + query, StatusView.class, DEADLINE));
  }

  public BuildView build(String id) {
    return ask(() -> look(id));
  }

  /** What a build waits for, or why it ended. */
  public WhyView why(String id) {
    return ask(() -> peer.get(path(id, "/why"), WhyView.class, DEADLINE));
  }

  /** Has the next part of the event log decided anew, after the build of that rank. */
  public ReplayView replay(long after) {
    return ask(() -> peer.get("/replay?after=" + after, ReplayView.class, REDEPLOY));
  }

  /** Asks for the end of a build. */
  public void cancel(String id) {
    ask(() -> peer.post(path(id, "/cancel"), Map.of(), Object.class, DEADLINE));
  }

  /** Has former bytes served again. */
  public RollbackAnswer rollback(RollbackRequest request) {
    return ask(() -> peer.post("/rollback", request, RollbackAnswer.class, REDEPLOY));
  }

  /** Has old blobs and logs removed, but for what is deployed or can be gone back to. */
  public RetentionReport retain(RetentionRequest request) {
    return ask(() -> peer.post("/store/retention", request, RetentionReport.class, RETAIN));
  }

  /** Builds the same commit again; answers the new build's id. */
  public String retry(String id) {
    return ask(() -> peer.post(path(id, "/retry"), Map.of(), CdAnswer.class, DEADLINE)).id();
  }

  /** Stops deployments; answers the stop. */
  public StopView stop(StopRequest request) {
    return ask(() -> peer.post("/stop", request, StopView.class, DEADLINE));
  }

  /** Lets deployments go on; answers the stop that ended. */
  public StopView resume(StopRequest request) {
    return ask(() -> peer.post("/resume", request, StopView.class, DEADLINE));
  }

  /** Looks at the build until it is finished, and hands every look on. */
  public BuildView await(String id, Duration patience, Consumer<BuildView> look) {
    long start = System.nanoTime();
    long seen = start;
    while (true) {
      try {
        BuildView build = look(id);
        seen = System.nanoTime();
        look.accept(build);
        if (build.outcome() != null) {
          return build;
        }
      } catch (PeerFailure.Unreachable e) {
        if (System.nanoTime() - seen > AWAY.toNanos()) {
          throw new CommandFailed(Exit.REFUSED, String.valueOf(e.getMessage()), e);
        }
      } catch (PeerFailure e) {
        throw new CommandFailed(Exit.REFUSED, String.valueOf(e.getMessage()), e);
      }
      long waited = System.nanoTime() - start;
      if (waited > patience.toNanos()) {
        throw new CommandFailed(
            Exit.TIMED_OUT,
            "Build %s was not finished after %d s.".formatted(id, patience.toSeconds()));
      }
      Pause.of(waited < FIRST_LOOKS.toNanos() ? SOON : LATER);
    }
  }

  /** Copies the log from that byte on; answers how many bytes came. */
  public long log(String id, long offset, OutputStream out) {
    return ask(
        () -> {
          try (Response answer = peer.open(path(id, "/log?offset=" + offset), DEADLINE)) {
            return answer.body().byteStream().transferTo(out);
          } catch (IOException e) {
            throw new PeerFailure.Unreachable("The log's transfer broke off.", e);
          }
        });
  }

  private BuildView look(String id) throws PeerFailure {
    return peer.get(path(id, ""), BuildView.class, DEADLINE);
  }

  private static String path(String id, String rest) {
    return "/builds/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + rest;
  }

  /** The exit code that says how a build ended. */
  public static int exitCode(BuildView build) {
    return switch (String.valueOf(build.outcome())) {
      case "succeeded" -> Exit.OK;
      case "cancelled" -> Exit.CANCELLED;
      case "timed out" -> Exit.TIMED_OUT;
      default -> Exit.FAILED;
    };
  }
}
