package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.standin.ci.JobStatus.CREATED;
import static org.newci.standin.ci.JobStatus.FAILED;
import static org.newci.standin.ci.JobStatus.MANUAL;
import static org.newci.standin.ci.JobStatus.PENDING;
import static org.newci.standin.ci.JobStatus.RUNNING;
import static org.newci.standin.ci.JobStatus.SUCCESS;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a newer pipeline cancels of an older one, and what a failure cancels beside itself. */
class AutoCancelTest {
  private static final String JOBS =
      """
      b: {stage: build, script: b, interruptible: true}
      t: {script: t, interruptible: true}
      d: {stage: deploy, script: d}
      m: {stage: deploy, script: m, when: manual}
      """;

  @Test
  void allIsCancelledWhileOnlyInterruptibleJobsHaveStarted() {
    assertThat(byNewCommit("", Map.of("b", PENDING))).containsExactly("b", "t", "d", "m");
    assertThat(byNewCommit("", Map.of("b", SUCCESS, "t", RUNNING))).containsExactly("t", "d", "m");
    assertThat(byNewCommit("", Map.of("b", SUCCESS, "t", FAILED, "m", MANUAL)))
        .containsExactly("d", "m");
  }

  @Test
  void nothingIsCancelledOnceAnotherJobHasStarted() {
    assertThat(byNewCommit("", Map.of("b", SUCCESS, "t", SUCCESS, "d", RUNNING))).isEmpty();
    assertThat(byNewCommit("", Map.of("b", RUNNING, "d", SUCCESS))).isEmpty();
  }

  @Test
  void aJobThatIsNotInterruptibleMayWaitForItsTurn() {
    assertThat(byNewCommit("", Map.of("b", RUNNING, "d", PENDING)))
        .containsExactly("b", "t", "d", "m");
  }

  @Test
  void theFileCanSayInterruptibleOrNone() {
    assertThat(
            byNewCommit(
                "workflow: {auto_cancel: {on_new_commit: interruptible}}\n",
                Map.of("b", SUCCESS, "t", RUNNING, "d", RUNNING)))
        .containsExactly("t");
    assertThat(
            byNewCommit("workflow: {auto_cancel: {on_new_commit: none}}\n", Map.of("b", RUNNING)))
        .isEmpty();
  }

  @Test
  void aFailureCancelsOnlyWhenTheFileSaysSo() {
    Map<String, JobStatus> now = Map.of("b", FAILED, "t", RUNNING, "d", CREATED);
    assertThat(byFailure("", now)).isEmpty();
    assertThat(byFailure("workflow: {auto_cancel: {on_job_failure: all}}\n", now))
        .containsExactly("t", "d", "m");
  }

  @Test
  void anAllowedFailureCancelsNothing() {
    Compiled.Pipeline pipeline = compile("workflow: {auto_cancel: {on_job_failure: all}}\n");
    JobSpec manual = pipeline.jobs().getLast();
    assertThat(manual.allowFailure()).isTrue();
    assertThat(AutoCancel.byFailure(pipeline.workflow(), manual, pipeline.jobs(), Map.of()))
        .isEmpty();
  }

  private static List<String> byNewCommit(String workflow, Map<String, JobStatus> now) {
    Compiled.Pipeline pipeline = compile(workflow);
    return AutoCancel.byNewCommit(pipeline.workflow(), pipeline.jobs(), now);
  }

  private static List<String> byFailure(String workflow, Map<String, JobStatus> now) {
    Compiled.Pipeline pipeline = compile(workflow);
    return AutoCancel.byFailure(
        pipeline.workflow(), pipeline.jobs().getFirst(), pipeline.jobs(), now);
  }

  private static Compiled.Pipeline compile(String workflow) {
    PushContext push = new PushContext("master", false, "push", Map.of());
    return (Compiled.Pipeline) CiFile.compile(workflow + JOBS, push);
  }
}
