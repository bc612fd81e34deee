package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole lives of random pipelines: each seed makes many. */
class PipelineFlowRandomTest {
  private static final int PIPELINES = 400;
  private static final List<JobWhen> WHENS = List.of(JobWhen.values());

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyPipelineEndsAndNoJobRunsBeforeItsNeeds(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < PIPELINES; i++) {
      live(jobs(random), random);
    }
  }

  private static void live(List<JobSpec> jobs, Random random) {
    Map<String, JobStatus> now = new HashMap<>();
    Map<String, JobSpec> byName = new HashMap<>();
    for (JobSpec job : jobs) {
      now.put(job.name(), JobStatus.CREATED);
      byName.put(job.name(), job);
    }
    int steps = 0;
    List<JobSpec> open;
    do {
      for (Map.Entry<String, JobStatus> change : PipelineFlow.next(jobs, now).entrySet()) {
        JobSpec job = byName.get(change.getKey());
        assertThat(now.get(job.name())).isEqualTo(JobStatus.CREATED);
        JobStatus next = change.getValue();
        assertThat(next)
            .isIn(JobStatus.PENDING, JobStatus.SKIPPED, JobStatus.MANUAL, JobStatus.SCHEDULED);
        assertThat(next == JobStatus.MANUAL).isEqualTo(isOnlyAtTurn(job, next, JobWhen.MANUAL));
        assertThat(next == JobStatus.SCHEDULED).isEqualTo(isOnlyAtTurn(job, next, JobWhen.DELAYED));
        now.put(job.name(), next);
        checkOrder(job, jobs, now);
      }
      assertThat(PipelineFlow.next(jobs, now)).as("everything in one call").isEmpty();
      open = jobs.stream().filter(j -> isOpen(now.get(j.name()))).toList();
      if (!open.isEmpty()) {
        step(open.get(random.nextInt(open.size())), jobs, now, random);
      }
      steps++;
      assertThat(steps).isLessThan(20 * jobs.size() + 20);
    } while (!open.isEmpty());
    assertThat(now.values()).allMatch(JobStatus::isOver);
    assertThat(PipelineFlow.pipelineStatus(jobs, now)).isEqualTo(expectedEnd(jobs, now));
  }

  private static boolean isOnlyAtTurn(JobSpec job, JobStatus next, JobWhen when) {
    return job.when() == when && next != JobStatus.SKIPPED;
  }

  private static boolean isOpen(JobStatus status) {
    return !status.isOver() && status != JobStatus.CREATED;
  }

  private static void step(
      JobSpec job, List<JobSpec> jobs, Map<String, JobStatus> now, Random random) {
    JobStatus status = now.get(job.name());
    if (random.nextInt(20) == 0) {
      now.put(job.name(), JobStatus.CANCELED);
    } else if (status == JobStatus.PENDING) {
      now.put(job.name(), JobStatus.RUNNING);
    } else if (status == JobStatus.RUNNING) {
      now.put(job.name(), random.nextInt(3) == 0 ? JobStatus.FAILED : JobStatus.SUCCESS);
    } else {
      now.put(job.name(), JobStatus.PENDING);
      PipelineFlow.afterRequeue(job.name(), jobs, now)
          .forEach(name -> now.put(name, JobStatus.CREATED));
    }
  }

  private static void checkOrder(JobSpec job, List<JobSpec> jobs, Map<String, JobStatus> now) {
    if (now.get(job.name()) == JobStatus.SKIPPED) {
      return;
    }
    List<JobSpec> before =
        jobs.stream()
            .filter(
                other ->
                    job.needs()
                        .map(n -> n.stream().anyMatch(x -> x.job().equals(other.name())))
                        .orElse(other.stageIndex() < job.stageIndex()))
            .toList();
    // GitLab does not look at the other needs once one of them has not run.
    if (job.needs().isPresent() && before.stream().anyMatch(o -> stoodAside(o, now))) {
      assertThat(job.when()).isEqualTo(JobWhen.ALWAYS);
      return;
    }
    assertThat(before).allMatch(o -> now.get(o.name()).isOver() || stoodAside(o, now));
    boolean failed =
        before.stream().anyMatch(o -> now.get(o.name()) == JobStatus.FAILED && !o.allowFailure());
    if (job.when() == JobWhen.ON_FAILURE) {
      assertThat(failed).as(job.name()).isTrue();
    } else if (job.when() != JobWhen.ALWAYS) {
      assertThat(failed).as(job.name()).isFalse();
    }
  }

  private static boolean stoodAside(JobSpec job, Map<String, JobStatus> now) {
    JobStatus status = now.get(job.name());
    return status == JobStatus.SKIPPED || (status == JobStatus.MANUAL && job.allowFailure());
  }

  private static String expectedEnd(List<JobSpec> jobs, Map<String, JobStatus> now) {
    boolean failed = false;
    boolean canceled = false;
    boolean ran = false;
    for (JobSpec job : jobs) {
      JobStatus end = now.get(job.name());
      failed |= end == JobStatus.FAILED && !job.allowFailure();
      canceled |= end == JobStatus.CANCELED && !job.allowFailure();
      ran |= end != JobStatus.SKIPPED;
    }
    return failed ? "failed" : canceled ? "canceled" : ran ? "success" : "skipped";
  }

  private static List<JobSpec> jobs(Random random) {
    List<JobSpec> jobs = new ArrayList<>();
    int count = 1 + random.nextInt(12);
    int stage = 1;
    for (int i = 0; i < count; i++) {
      stage = Math.min(4, stage + random.nextInt(2));
      List<Need> needs = new ArrayList<>();
      for (JobSpec earlier : jobs) {
        if (random.nextInt(3) == 0) {
          needs.add(new Need(earlier.name(), random.nextBoolean(), false));
        }
      }
      jobs.add(
          new JobSpec(
              new JobPlace("job" + i, "job" + i, "stage" + stage, stage, Optional.empty()),
              new JobCommands(List.of("true"), List.of(), List.of()),
              List.of(),
              new JobTurn(
                  WHENS.get(random.nextInt(WHENS.size())),
                  Optional.empty(),
                  random.nextBoolean() ? Optional.of(needs) : Optional.empty(),
                  Optional.empty(),
                  Optional.empty()),
              Tolerance.NONE.allowing(AllowFailure.of(random.nextInt(4) == 0)),
              JobKeeps.NOTHING,
              Surroundings.ANY));
    }
    return jobs;
  }
}
