package org.newci.controller.build;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The rows of the table of states and events. */
public enum EventKind {
  SUBMITTED(BuildEvent.Submitted.class),
  STARTED(BuildEvent.Started.class),
  SUPERSEDED(BuildEvent.Superseded.class),
  MIRRORED(BuildEvent.Mirrored.class),
  PIPELINES_LISTED(BuildEvent.PipelinesListed.class),
  PIPELINE_LOOKED(BuildEvent.PipelineLooked.class),
  COLLECTED(BuildEvent.Collected.class),
  HELD(BuildEvent.Held.class),
  RELEASED(BuildEvent.Released.class),
  DEPLOY_BEGUN(BuildEvent.DeployBegun.class),
  DEPLOYED(BuildEvent.Deployed.class),
  STEP_FAILED(BuildEvent.StepFailed.class),
  CANCEL_ASKED(BuildEvent.CancelAsked.class),
  CANCEL_TRIED(BuildEvent.CancelTried.class),
  TIME_PASSED(BuildEvent.TimePassed.class);

  private static final Map<Class<?>, EventKind> BY_TYPE =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventKind::type, kind -> kind));

  private final Class<? extends BuildEvent> type;

  EventKind(Class<? extends BuildEvent> type) {
    this.type = type;
  }

  /** The events of this kind. */
  public Class<? extends BuildEvent> type() {
    return type;
  }

  static EventKind of(BuildEvent event) {
    return Objects.requireNonNull(BY_TYPE.get(event.getClass()));
  }
}
