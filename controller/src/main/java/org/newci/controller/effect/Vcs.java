package org.newci.controller.effect;

import java.time.Duration;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.PipelineCandidates;
import org.newci.contracts.vcs.PipelineView;
import org.newci.shell.peer.PeerFailure;

/** What effects want of the VCS worker; every call may be repeated. */
public interface Vcs {

  /** Bytes of a log that are taken at a time. */
  int PIECE = 1024 * 1024;

  /** Copies a commit to GitLab; the same request is answered with what was done first. */
  MirrorAnswer mirror(MirrorRequest request, Duration deadline) throws PeerFailure;

  /** The pipelines of that commit with an id above {@code after}. */
  PipelineCandidates pipelines(long project, String commit, long after) throws PeerFailure;

  /** How that pipeline stands. */
  PipelineView pipeline(long project, long pipeline) throws PeerFailure;

  /** Asks GitLab to cancel it. */
  void cancel(long project, long pipeline) throws PeerFailure;

  /** Bytes of a job's log from that offset on, as many as there are but at most a piece. */
  byte[] log(long project, long job, long offset) throws PeerFailure;

  /** Moves an artifact to the store. */
  CollectAnswer collect(CollectRequest request, Duration deadline) throws PeerFailure;
}
