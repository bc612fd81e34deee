package org.newci.controller.build;

import java.util.ArrayList;
import java.util.List;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.PipelineCandidates.Candidate;
import org.newci.contracts.vcs.PipelineView;

/** Something that happened to a build; what it carries is enough to decide by. */
public sealed interface BuildEvent {

  /** Its row in the table. */
  default EventKind kind() {
    return EventKind.of(this);
  }

  /** It was asked for: the first event of every build, never one that moves it. */
  record Submitted(Order order) implements BuildEvent {}

  /** Its turn came. */
  record Started() implements BuildEvent {}

  /**
   * The same was asked for again before its turn came.
   *
   * @param by the build that takes its place
   */
  record Superseded(BuildId by) implements BuildEvent {}

  /** The VCS worker copied its commit to GitLab. */
  record Mirrored(MirrorAnswer answer) implements BuildEvent {}

  /** Which pipelines there are for its push. */
  record PipelinesListed(List<Candidate> pipelines) implements BuildEvent {
    public PipelinesListed {
      pipelines = List.copyOf(pipelines);
    }
  }

  /** How its pinned pipeline stands, read from GitLab's API. */
  record PipelineLooked(PipelineView view) implements BuildEvent {}

  /**
   * Its artifacts are in the store.
   *
   * @param also those after the first, in the order in which they were asked for
   * @param sequence a number higher than that of any deployment before
   */
  record Collected(CollectAnswer answer, long sequence, List<CollectAnswer> also)
      implements BuildEvent {

    /** Events of one artifact were written without others. */
    @SuppressWarnings("NullAway") // Jackson gives null for a member that is not there.
    public Collected {
      also = also == null ? List.of() : List.copyOf(also);
    }

    /** A single one. */
    public Collected(CollectAnswer answer, long sequence) {
      this(answer, sequence, List.of());
    }

    /** All of them. */
    List<CollectAnswer> answers() {
      List<CollectAnswer> all = new ArrayList<>();
      all.add(answer);
      all.addAll(also);
      return all;
    }
  }

  /**
   * It must not be deployed yet.
   *
   * @param sentence who stopped deployments, when and why; or what is before it
   */
  record Held(String sentence) implements BuildEvent {}

  /** What held it is over. */
  record Released() implements BuildEvent {}

  /** GitLab was asked to cancel the pipeline; whether it answered is another matter. */
  record CancelTried() implements BuildEvent {}

  /** The deploy worker is about to be asked: from now on its bytes may be served. */
  record DeployBegun() implements BuildEvent {}

  /**
   * Its artifact is served.
   *
   * @param changed false when exactly this was served there already
   */
  record Deployed(String url, long size, boolean changed) implements BuildEvent {}

  /**
   * A step cannot be done.
   *
   * @param step the state whose step it was; a build that has left it does not listen
   */
  record StepFailed(BuildState step, String sentence) implements BuildEvent {}

  /** Somebody wants it to end. */
  record CancelAsked(String by) implements BuildEvent {}

  /** Nothing happened; is a limit over? */
  record TimePassed() implements BuildEvent {}
}
