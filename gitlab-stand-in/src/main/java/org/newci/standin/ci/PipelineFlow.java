package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the jobs of a pipeline follow each other. The rules are those of GitLab's atomic processing
 * and of its composite status (docs.gitlab.com: "CI/CD YAML syntax reference", {@code when} and
 * {@code needs}).
 */
public final class PipelineFlow {
  private PipelineFlow() {}

  /**
   * Which CREATED jobs change now, to PENDING or SKIPPED. One call follows a skipped job to the
   * jobs behind it, so that a second call with the changes applied answers nothing new.
   *
   * @param now the state of each job by its name; a job that is not in the map is CREATED
   */
  public static Map<String, JobStatus> next(List<JobSpec> jobs, Map<String, JobStatus> now) {
    Map<String, JobStatus> changes = new LinkedHashMap<>();
    Map<String, JobStatus> state = new LinkedHashMap<>(now);
    Map<String, JobSpec> byName = byName(jobs);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (JobSpec job : jobs) {
        if (stateOf(job, state) != JobStatus.CREATED) {
          continue;
        }
        Optional<JobStatus> next = decide(job, before(job, jobs, byName), state);
        if (next.isPresent()) {
          state.put(job.name(), next.get());
          changes.put(job.name(), next.get());
          moved = true;
        }
      }
    }
    return changes;
  }

  /** The state of the whole pipeline in GitLab's words, such as {@code running}. */
  public static String pipelineStatus(List<JobSpec> jobs, Map<String, JobStatus> now) {
    Set<Seen> seen = EnumSet.noneOf(Seen.class);
    for (JobSpec job : jobs) {
      seen.add(Seen.of(job, stateOf(job, now)));
    }
    return composite(seen);
  }

  /**
   * Names of the jobs whose artifacts this job gets, in the order of the pipeline: those it needs,
   * or else all of earlier stages; fewer when it names its dependencies.
   */
  public static List<String> artifactSources(JobSpec job, List<JobSpec> jobs) {
    List<String> sources = new ArrayList<>();
    for (JobSpec other : jobs) {
      boolean reached =
          job.needs()
              .map(needs -> needs.stream().anyMatch(n -> n.artifacts() && is(n, other)))
              .orElse(other.stageIndex() < job.stageIndex());
      boolean wanted = job.dependencies().map(names -> names.contains(other.name())).orElse(true);
      if (reached && wanted) {
        sources.add(other.name());
      }
    }
    return sources;
  }

  private static boolean is(Need need, JobSpec job) {
    return need.job().equals(job.name());
  }

  private static Optional<JobStatus> decide(
      JobSpec job, List<JobSpec> before, Map<String, JobStatus> state) {
    Set<Seen> seen = EnumSet.noneOf(Seen.class);
    for (JobSpec other : before) {
      JobStatus status = stateOf(other, state);
      if (!status.isOver()) {
        return Optional.empty();
      }
      seen.add(Seen.of(other, status));
    }
    boolean byNeeds = job.needs().isPresent();
    // Behind needs a skipped job means "did not run at all"; behind a stage it stands in nobody's
    // way.
    String past = byNeeds && seen.contains(Seen.SKIPPED) ? "skipped" : pastOf(seen);
    boolean runs =
        switch (job.when()) {
          case ON_SUCCESS -> past.equals("success") || (!byNeeds && past.equals("skipped"));
          case ON_FAILURE -> past.equals("failed");
          case ALWAYS -> !past.equals("canceled");
        };
    return Optional.of(runs ? JobStatus.PENDING : JobStatus.SKIPPED);
  }

  private static String pastOf(Set<Seen> seen) {
    return seen.isEmpty() ? "success" : composite(seen);
  }

  private static List<JobSpec> before(
      JobSpec job, List<JobSpec> jobs, Map<String, JobSpec> byName) {
    List<JobSpec> before = new ArrayList<>();
    if (job.needs().isPresent()) {
      for (Need need : job.needs().get()) {
        JobSpec needed = byName.get(need.job());
        if (needed != null) {
          before.add(needed);
        }
      }
      return before;
    }
    for (JobSpec other : jobs) {
      if (other.stageIndex() < job.stageIndex()) {
        before.add(other);
      }
    }
    return before;
  }

  /** One word for many states; the order of the questions is GitLab's. */
  private static String composite(Set<Seen> seen) {
    if (only(seen, Seen.SKIPPED)) {
      return "skipped";
    }
    if (only(seen, Seen.SUCCESS, Seen.WARNED, Seen.SKIPPED)) {
      return "success";
    }
    if (only(seen, Seen.CREATED, Seen.WARNED)) {
      return "created";
    }
    if (only(seen, Seen.CANCELED, Seen.SUCCESS, Seen.WARNED, Seen.SKIPPED)) {
      return "canceled";
    }
    if (only(seen, Seen.PENDING, Seen.CREATED, Seen.WARNED, Seen.SKIPPED)) {
      return "pending";
    }
    if (seen.contains(Seen.RUNNING) || seen.contains(Seen.PENDING) || seen.contains(Seen.CREATED)) {
      return "running";
    }
    return "failed";
  }

  private static boolean only(Set<Seen> seen, Seen first, Seen... rest) {
    return EnumSet.of(first, rest).containsAll(seen);
  }

  private static Map<String, JobSpec> byName(List<JobSpec> jobs) {
    Map<String, JobSpec> byName = new LinkedHashMap<>();
    jobs.forEach(job -> byName.put(job.name(), job));
    return byName;
  }

  private static JobStatus stateOf(JobSpec job, Map<String, JobStatus> now) {
    return now.getOrDefault(job.name(), JobStatus.CREATED);
  }

  /** A job's state as the pipeline sees it: a failure that is allowed is a mere warning. */
  private enum Seen {
    CREATED,
    PENDING,
    RUNNING,
    SUCCESS,
    WARNED,
    FAILED,
    CANCELED,
    SKIPPED;

    static Seen of(JobSpec job, JobStatus status) {
      return switch (status) {
        case CREATED -> CREATED;
        case PENDING -> PENDING;
        case RUNNING -> RUNNING;
        case SUCCESS -> SUCCESS;
        case FAILED -> job.allowFailure() ? WARNED : FAILED;
        case CANCELED -> job.allowFailure() ? WARNED : CANCELED;
        case SKIPPED -> SKIPPED;
      };
    }
  }
}
