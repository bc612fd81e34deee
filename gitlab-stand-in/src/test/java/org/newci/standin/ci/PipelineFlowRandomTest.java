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
        assertThat(change.getValue()).isIn(JobStatus.PENDING, JobStatus.SKIPPED);
        now.put(job.name(), change.getValue());
      }
      assertThat(PipelineFlow.next(jobs, now)).as("everything in one call").isEmpty();
      checkOrder(jobs, now);
      open = jobs.stream().filter(j -> isOpen(now.get(j.name()))).toList();
      if (!open.isEmpty()) {
        step(open.get(random.nextInt(open.size())), now, random);
      }
      steps++;
      assertThat(steps).isLessThan(4 * jobs.size() + 4);
    } while (!open.isEmpty());
    assertThat(now.values()).allMatch(JobStatus::isOver);
    assertThat(PipelineFlow.pipelineStatus(jobs, now)).isEqualTo(expectedEnd(jobs, now));
  }

  private static boolean isOpen(JobStatus status) {
    return status == JobStatus.PENDING || status == JobStatus.RUNNING;
  }

  private static void step(JobSpec job, Map<String, JobStatus> now, Random random) {
    JobStatus status = now.get(job.name());
    if (random.nextInt(20) == 0) {
      now.put(job.name(), JobStatus.CANCELED);
    } else if (status == JobStatus.PENDING) {
      now.put(job.name(), JobStatus.RUNNING);
    } else {
      now.put(job.name(), random.nextInt(3) == 0 ? JobStatus.FAILED : JobStatus.SUCCESS);
    }
  }

  private static void checkOrder(List<JobSpec> jobs, Map<String, JobStatus> now) {
    for (JobSpec job : jobs) {
      if (now.get(job.name()) == JobStatus.CREATED || now.get(job.name()) == JobStatus.SKIPPED) {
        continue;
      }
      List<JobSpec> before =
          jobs.stream()
              .filter(
                  other ->
                      job.needs()
                          .map(n -> n.stream().anyMatch(x -> x.job().equals(other.name())))
                          .orElse(other.stageIndex() < job.stageIndex()))
              .toList();
      assertThat(before).allMatch(other -> now.get(other.name()).isOver());
      boolean failed =
          before.stream().anyMatch(o -> now.get(o.name()) == JobStatus.FAILED && !o.allowFailure());
      if (job.when() == JobWhen.ON_SUCCESS) {
        assertThat(failed).as(job.name()).isFalse();
      } else if (job.when() == JobWhen.ON_FAILURE) {
        assertThat(failed).as(job.name()).isTrue();
      }
    }
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
              "job" + i,
              "stage" + stage,
              stage,
              List.of("true"),
              List.of(),
              List.of(),
              Optional.empty(),
              random.nextBoolean() ? Optional.of(needs) : Optional.empty(),
              Optional.empty(),
              WHENS.get(random.nextInt(WHENS.size())),
              random.nextInt(4) == 0,
              List.of(),
              Optional.empty()));
    }
    return jobs;
  }
}
