package org.newci.controller.effect;

import java.io.IOException;
import java.time.Duration;
import okhttp3.Response;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.PipelineCandidates;
import org.newci.contracts.vcs.PipelineView;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;

/** The VCS worker's routes. */
final class VcsWorker implements Vcs {

  /** Reading a pipeline or a piece of a log. */
  static final Duration LOOK = Duration.ofSeconds(20);

  private final Peer peer;
  private final UploadGrants grants;

  VcsWorker(Peer peer, UploadGrants grants) {
    this.peer = peer;
    this.grants = grants;
  }

  @Override
  public MirrorAnswer mirror(MirrorRequest request, Duration deadline) throws PeerFailure {
    return peer.post("/repo", request, MirrorAnswer.class, deadline);
  }

  @Override
  public PipelineCandidates pipelines(long project, String commit, long after) throws PeerFailure {
    return peer.get(
        "/projects/%d/pipelines?commit=%s&after=%d".formatted(project, commit, after),
        PipelineCandidates.class,
        LOOK);
  }

  @Override
  public PipelineView pipeline(long project, long pipeline) throws PeerFailure {
    return peer.get(
        "/projects/%d/pipelines/%d".formatted(project, pipeline), PipelineView.class, LOOK);
  }

  @Override
  public void cancel(long project, long pipeline) throws PeerFailure {
    peer.post(
        "/projects/%d/pipelines/%d/cancel".formatted(project, pipeline),
        java.util.Map.of(),
        com.fasterxml.jackson.databind.JsonNode.class,
        LOOK);
  }

  @Override
  public byte[] log(long project, long job, long offset) throws PeerFailure {
    String path = "/projects/%d/jobs/%d/log?offset=%d".formatted(project, job, offset);
    try (Response response = peer.open(path, LOOK)) {
      return response.body().byteStream().readNBytes(PIECE);
    } catch (PeerFailure.Refused e) {
      if (e.status() == 416) {
        return new byte[0];
      }
      throw e;
    } catch (IOException e) {
      throw new PeerFailure.Unreachable("The VCS worker broke off in a log.", e);
    }
  }

  @Override
  public CollectAnswer collect(CollectRequest request, Duration deadline) throws PeerFailure {
    return grants.collect(
        request,
        deadline,
        granted -> peer.post("/collect", granted, CollectAnswer.class, deadline));
  }
}
