package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.standin.ci.JobStatus.CANCELED;
import static org.newci.standin.ci.JobStatus.CREATED;
import static org.newci.standin.ci.JobStatus.FAILED;
import static org.newci.standin.ci.JobStatus.MANUAL;
import static org.newci.standin.ci.JobStatus.PENDING;
import static org.newci.standin.ci.JobStatus.RUNNING;
import static org.newci.standin.ci.JobStatus.SCHEDULED;
import static org.newci.standin.ci.JobStatus.SKIPPED;
import static org.newci.standin.ci.JobStatus.SUCCESS;
import static org.newci.standin.ci.JobStatus.WAITING_FOR_RESOURCE;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How jobs follow each other, on files that the reader itself compiled. */
class PipelineFlowTest {
  private static final PushContext PUSH = new PushContext("master", false, "push", Map.of());
  private static final String THREE_STAGES =
      """
      b: {stage: build, script: b}
      t: {stage: test, script: t}
      u: {stage: test, script: u}
      d: {stage: deploy, script: d}
      f: {stage: deploy, script: f, when: on_failure}
      z: {stage: deploy, script: z, when: always}
      """;

  @Test
  void theFirstStageStartsAndTheOthersWait() {
    assertThat(next(THREE_STAGES, Map.of())).isEqualTo(Map.of("b", PENDING));
    assertThat(next(THREE_STAGES, Map.of("b", PENDING))).isEmpty();
    assertThat(next(THREE_STAGES, Map.of("b", RUNNING))).isEmpty();
  }

  @Test
  void aStageFollowsWhenTheFormerSucceeded() {
    assertThat(next(THREE_STAGES, Map.of("b", SUCCESS)))
        .isEqualTo(Map.of("t", PENDING, "u", PENDING));
    assertThat(next(THREE_STAGES, Map.of("b", SUCCESS, "t", SUCCESS, "u", RUNNING))).isEmpty();
    assertThat(next(THREE_STAGES, Map.of("b", SUCCESS, "t", SUCCESS, "u", SUCCESS)))
        .isEqualTo(Map.of("d", PENDING, "f", SKIPPED, "z", PENDING));
  }

  @Test
  void afterAFailureOnlyOnFailureAndAlwaysRun() {
    assertThat(next(THREE_STAGES, Map.of("b", FAILED)))
        .isEqualTo(Map.of("t", SKIPPED, "u", SKIPPED, "d", SKIPPED, "f", PENDING, "z", PENDING));
  }

  @Test
  void aRunningNeighbourHoldsBackEvenTheOnFailureJob() {
    assertThat(next(THREE_STAGES, Map.of("b", SUCCESS, "t", FAILED, "u", RUNNING))).isEmpty();
  }

  @Test
  void anAllowedFailureCountsAsSuccess() {
    String file =
        """
        b: {stage: build, script: b, allow_failure: true}
        t: {script: t}
        f: {script: f, when: on_failure}
        """;
    assertThat(next(file, Map.of("b", FAILED))).isEqualTo(Map.of("t", PENDING, "f", SKIPPED));
    assertThat(status(file, Map.of("b", FAILED, "t", SUCCESS, "f", SKIPPED))).isEqualTo("success");
  }

  @Test
  void afterACanceledJobNothingRuns() {
    assertThat(next(THREE_STAGES, Map.of("b", CANCELED)))
        .isEqualTo(Map.of("t", SKIPPED, "u", SKIPPED, "d", SKIPPED, "f", SKIPPED, "z", SKIPPED));
  }

  @Test
  void anEmptyStageAndASkippedStageStandInNobodysWay() {
    String file =
        """
        f: {stage: build, script: f, when: on_failure}
        d: {stage: deploy, script: d}
        """;
    assertThat(next(file, Map.of())).isEqualTo(Map.of("f", SKIPPED, "d", PENDING));
  }

  @Test
  void emptyNeedsStartAtOnce() {
    String file =
        """
        b: {stage: build, script: b}
        t: {script: t, needs: []}
        """;
    assertThat(next(file, Map.of())).isEqualTo(Map.of("b", PENDING, "t", PENDING));
  }

  @Test
  void needsDoNotWaitForTheStage() {
    String file =
        """
        a: {stage: build, script: a}
        b: {stage: build, script: b}
        t: {script: t, needs: [a]}
        """;
    assertThat(next(file, Map.of("a", SUCCESS, "b", RUNNING))).isEqualTo(Map.of("t", PENDING));
  }

  @Test
  void allNeedsMustBeOver() {
    String file =
        """
        a: {stage: build, script: a}
        b: {stage: build, script: b}
        t: {script: t, needs: [a, b]}
        f: {script: f, needs: [a, b], when: on_failure}
        z: {script: z, needs: [a, b], when: always}
        """;
    assertThat(next(file, Map.of("a", FAILED, "b", RUNNING))).isEmpty();
    assertThat(next(file, Map.of("a", FAILED, "b", SUCCESS)))
        .isEqualTo(Map.of("t", SKIPPED, "f", PENDING, "z", PENDING));
    assertThat(next(file, Map.of("a", SUCCESS, "b", SUCCESS)))
        .isEqualTo(Map.of("t", PENDING, "f", SKIPPED, "z", PENDING));
  }

  @Test
  void aSkippedNeedSkipsOnAndOnTheWholeChainInOneStep() {
    String file =
        """
        a: {stage: build, script: a}
        b: {script: b, needs: [a]}
        c: {script: c, needs: [b]}
        d: {script: d, needs: [c]}
        f: {script: f, needs: [c], when: on_failure}
        z: {script: z, needs: [c], when: always}
        """;
    assertThat(next(file, Map.of("a", FAILED)))
        .isEqualTo(Map.of("b", SKIPPED, "c", SKIPPED, "d", SKIPPED, "f", SKIPPED, "z", PENDING));
  }

  @Test
  void aNeedDefinedLaterInTheFileIsWaitedFor() {
    String file =
        """
        b: {script: b, needs: [a]}
        a: {script: a}
        """;
    assertThat(next(file, Map.of())).isEqualTo(Map.of("a", PENDING));
  }

  @Test
  void whatIsNotCreatedNeverChanges() {
    Map<String, JobStatus> over = new LinkedHashMap<>();
    List.of("b", "t", "u", "d", "f", "z").forEach(name -> over.put(name, CANCELED));
    assertThat(next(THREE_STAGES, over)).isEmpty();
  }

  @Test
  void aManualJobThatMayFailHoldsNobodyUp() {
    String file =
        """
        m: {stage: build, script: m, when: manual}
        t: {script: t}
        """;
    assertThat(next(file, Map.of())).isEqualTo(Map.of("m", MANUAL, "t", PENDING));
    assertThat(status(file, Map.of("m", MANUAL, "t", SUCCESS))).isEqualTo("success");
  }

  @Test
  void aBlockingManualJobHoldsThePipeline() {
    String file =
        """
        b: {stage: build, script: b}
        m: {stage: test, script: m, rules: [{when: manual}]}
        d: {stage: deploy, script: d}
        """;
    assertThat(next(file, Map.of("b", SUCCESS))).isEqualTo(Map.of("m", MANUAL));
    assertThat(next(file, Map.of("b", SUCCESS, "m", MANUAL))).isEmpty();
    assertThat(status(file, Map.of("b", SUCCESS, "m", MANUAL))).isEqualTo("manual");
    assertThat(next(file, Map.of("b", SUCCESS, "m", SUCCESS))).isEqualTo(Map.of("d", PENDING));
    assertThat(next(file, Map.of("b", FAILED))).isEqualTo(Map.of("m", SKIPPED, "d", SKIPPED));
  }

  @Test
  void aDelayedJobIsScheduledAndWaitedFor() {
    String file =
        """
        s: {stage: build, script: s, when: delayed, start_in: 1h}
        t: {script: t}
        """;
    assertThat(next(file, Map.of())).isEqualTo(Map.of("s", SCHEDULED));
    assertThat(next(file, Map.of("s", SCHEDULED))).isEmpty();
    assertThat(status(file, Map.of("s", SCHEDULED))).isEqualTo("scheduled");
    assertThat(next(file, Map.of("s", SUCCESS))).isEqualTo(Map.of("t", PENDING));
  }

  @Test
  void playingAManualJobBringsBackWhatWasSkippedBehindIt() {
    String file =
        """
        m: {stage: build, script: m, when: manual}
        n: {script: n, needs: [m]}
        o: {script: o, needs: [n]}
        p: {script: p}
        """;
    Map<String, JobStatus> first = next(file, Map.of());
    assertThat(first).isEqualTo(Map.of("m", MANUAL, "n", SKIPPED, "o", SKIPPED, "p", PENDING));
    assertThat(PipelineFlow.afterRequeue("m", jobs(file), first)).containsExactly("n", "o");
    assertThat(next(file, Map.of("m", SUCCESS, "n", CREATED, "o", CREATED, "p", SUCCESS)))
        .isEqualTo(Map.of("n", PENDING));
  }

  @Test
  void retryingAFailedJobBringsBackLaterStages() {
    Map<String, JobStatus> now =
        Map.of("b", FAILED, "t", SKIPPED, "u", SKIPPED, "d", SKIPPED, "f", SUCCESS, "z", SUCCESS);
    assertThat(PipelineFlow.afterRequeue("b", jobs(THREE_STAGES), now))
        .containsExactly("t", "u", "d");
  }

  @Test
  void aJobThatWaitsForItsResourceGroupIsWaitedFor() {
    assertThat(next(THREE_STAGES, Map.of("b", WAITING_FOR_RESOURCE))).isEmpty();
    assertThat(status(THREE_STAGES, Map.of("b", WAITING_FOR_RESOURCE)))
        .isEqualTo("waiting_for_resource");
  }

  @Test
  void aMatrixIsNeededAsAWhole() {
    String file =
        """
        b: {stage: build, script: b, parallel: {matrix: [{A: [x, y]}]}}
        t: {script: t, needs: [b]}
        """;
    assertThat(next(file, Map.of("b: [x]", SUCCESS, "b: [y]", RUNNING))).isEmpty();
    assertThat(next(file, Map.of("b: [x]", SUCCESS, "b: [y]", SUCCESS)))
        .isEqualTo(Map.of("t", PENDING));
    assertThat(sources(file, "t")).containsExactly("b: [x]", "b: [y]");
  }

  @ParameterizedTest
  @CsvSource({
    "CREATED,  CREATED,  CREATED,  created",
    "PENDING,  CREATED,  CREATED,  pending",
    "RUNNING,  CREATED,  CREATED,  running",
    "SUCCESS,  CREATED,  CREATED,  running",
    "SUCCESS,  PENDING,  CREATED,  running",
    "SUCCESS,  RUNNING,  PENDING,  running",
    "SUCCESS,  SUCCESS,  SUCCESS,  success",
    "SUCCESS,  SKIPPED,  SUCCESS,  success",
    "SKIPPED,  SKIPPED,  SKIPPED,  skipped",
    "FAILED,   SKIPPED,  SKIPPED,  failed",
    "FAILED,   RUNNING,  CREATED,  running",
    "FAILED,   PENDING,  SKIPPED,  running",
    "SUCCESS,  FAILED,   SKIPPED,  failed",
    "CANCELED, CANCELED, CANCELED, canceled",
    "SUCCESS,  CANCELED, SKIPPED,  canceled",
    "CANCELED, RUNNING,  CREATED,  running",
    "CANCELED, FAILED,   SKIPPED,  failed",
    "PENDING,  SKIPPED,  CREATED,  pending",
  })
  void theStatusOfThePipeline(JobStatus a, JobStatus b, JobStatus c, String expected) {
    String file = "a: {script: a}\nb: {script: b}\nc: {script: c}\n";
    assertThat(status(file, Map.of("a", a, "b", b, "c", c))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"FAILED, success", "CANCELED, success", "CREATED, created", "RUNNING, running"})
  void theStatusOfAJobThatMayFail(JobStatus now, String expected) {
    assertThat(status("a: {script: a, allow_failure: true}\n", Map.of("a", now)))
        .isEqualTo(expected);
  }

  @Test
  void artifactsComeFromAllEarlierStages() {
    assertThat(sources(THREE_STAGES, "d")).containsExactly("b", "t", "u");
    assertThat(sources(THREE_STAGES, "t")).containsExactly("b");
    assertThat(sources(THREE_STAGES, "b")).isEmpty();
  }

  @Test
  void artifactsComeFromTheDependenciesAlone() {
    String file =
        """
        a: {stage: build, script: a}
        b: {stage: build, script: b}
        t: {script: t, dependencies: [b]}
        u: {script: u, dependencies: []}
        """;
    assertThat(sources(file, "t")).containsExactly("b");
    assertThat(sources(file, "u")).isEmpty();
  }

  @Test
  void artifactsComeFromTheNeedsAlone() {
    String file =
        """
        a: {stage: build, script: a}
        b: {stage: build, script: b}
        t: {script: t, needs: [a, {job: b, artifacts: false}]}
        u: {script: u, needs: []}
        v: {script: v, needs: [t]}
        w: {script: w, needs: [a, b], dependencies: [b]}
        """;
    assertThat(sources(file, "t")).containsExactly("a");
    assertThat(sources(file, "u")).isEmpty();
    assertThat(sources(file, "v")).containsExactly("t");
    assertThat(sources(file, "w")).containsExactly("b");
  }

  @Test
  void wordsThereAndBack() {
    for (JobStatus status : JobStatus.values()) {
      assertThat(JobStatus.ofWord(status.word())).contains(status);
    }
    assertThat(JobStatus.ofWord("FAILED")).isEmpty();
    assertThat(CREATED.isOver()).isFalse();
  }

  private static List<JobSpec> jobs(String file) {
    return ((Compiled.Pipeline) CiFile.compile(file, PUSH)).jobs();
  }

  private static Map<String, JobStatus> next(String file, Map<String, JobStatus> now) {
    return PipelineFlow.next(jobs(file), now);
  }

  private static String status(String file, Map<String, JobStatus> now) {
    return PipelineFlow.pipelineStatus(jobs(file), now);
  }

  private static List<String> sources(String file, String name) {
    List<JobSpec> jobs = jobs(file);
    JobSpec job = jobs.stream().filter(j -> j.name().equals(name)).findFirst().orElseThrow();
    return PipelineFlow.artifactSources(job, jobs);
  }
}
