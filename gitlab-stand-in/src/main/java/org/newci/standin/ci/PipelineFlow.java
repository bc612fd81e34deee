package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
  /** Of what is before a job, when the job can be judged. */
  private static final Set<String> COMPLETED = Set.of("success", "failed", "canceled", "skipped");

  private PipelineFlow() {}

  /**
   * Which CREATED jobs change now, to PENDING, MANUAL, SCHEDULED or SKIPPED. One call follows a
   * skipped job to the jobs behind it, so that a second call with the changes applied answers
   * nothing new.
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

  /**
   * Names of the jobs that go back from SKIPPED to CREATED, because this one is retried or played:
   * those of later stages that wait for stages, and those that need it, one behind the other.
   *
   * @param now the state of each job by its name
   */
  public static List<String> afterRequeue(
      String name, List<JobSpec> jobs, Map<String, JobStatus> now) {
    Set<String> reached = new LinkedHashSet<>(Set.of(name));
    boolean moved = true;
    while (moved) {
      moved = false;
      for (JobSpec job : jobs) {
        if (stateOf(job, now) == JobStatus.SKIPPED && waitsForOneOf(job, reached, jobs)) {
          moved |= reached.add(job.name());
        }
      }
    }
    reached.remove(name);
    return List.copyOf(reached);
  }

  private static boolean waitsForOneOf(JobSpec job, Set<String> names, List<JobSpec> jobs) {
    return job.needs()
        .map(needs -> needs.stream().anyMatch(need -> names.contains(need.job())))
        .orElseGet(
            () ->
                jobs.stream()
                    .anyMatch(o -> o.stageIndex() < job.stageIndex() && names.contains(o.name())));
  }

  private static boolean is(Need need, JobSpec job) {
    return need.job().equals(job.name());
  }

  private static Optional<JobStatus> decide(
      JobSpec job, List<JobSpec> before, Map<String, JobStatus> state) {
    Set<Seen> seen = EnumSet.noneOf(Seen.class);
    before.forEach(other -> seen.add(Seen.of(other, stateOf(other, state))));
    boolean byNeeds = job.needs().isPresent();
    String past = byNeeds ? pastOfNeeds(seen) : pastOf(seen);
    if (!COMPLETED.contains(past)) {
      return Optional.empty();
    }
    boolean wellBefore = past.equals("success") || (!byNeeds && past.equals("skipped"));
    JobStatus next =
        switch (job.when()) {
          case ON_SUCCESS -> wellBefore ? JobStatus.PENDING : JobStatus.SKIPPED;
          case MANUAL -> wellBefore ? JobStatus.MANUAL : JobStatus.SKIPPED;
          case DELAYED -> wellBefore ? JobStatus.SCHEDULED : JobStatus.SKIPPED;
          case ON_FAILURE -> past.equals("failed") ? JobStatus.PENDING : JobStatus.SKIPPED;
          case ALWAYS -> past.equals("canceled") ? JobStatus.SKIPPED : JobStatus.PENDING;
        };
    return Optional.of(next);
  }

  private static String pastOf(Set<Seen> seen) {
    return seen.isEmpty() ? "success" : composite(seen);
  }

  /**
   * Behind needs a job that was skipped, or that nobody has to play, means "did not run at all";
   * behind a stage it stands in nobody's way. All needs must be over.
   */
  private static String pastOfNeeds(Set<Seen> seen) {
    if (seen.contains(Seen.SKIPPED) || seen.contains(Seen.IGNORED)) {
      return "skipped";
    }
    boolean over = only(seen, Seen.SUCCESS, Seen.WARNED, Seen.FAILED, Seen.CANCELED);
    return over ? pastOf(seen) : "pending";
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
    if (only(seen, Seen.SKIPPED, Seen.IGNORED)) {
      return "skipped";
    }
    if (only(seen, Seen.SUCCESS, Seen.SKIPPED, Seen.WARNED, Seen.IGNORED)) {
      return "success";
    }
    if (only(seen, Seen.CREATED, Seen.WARNED, Seen.IGNORED)) {
      return "created";
    }
    if (only(seen, Seen.CANCELED, Seen.SUCCESS, Seen.SKIPPED, Seen.WARNED, Seen.IGNORED)) {
      return "canceled";
    }
    if (only(seen, Seen.PENDING, Seen.CREATED, Seen.SKIPPED, Seen.WARNED, Seen.IGNORED)) {
      return "pending";
    }
    if (seen.contains(Seen.RUNNING) || seen.contains(Seen.PENDING)) {
      return "running";
    }
    if (seen.contains(Seen.WAITING)) {
      return "waiting_for_resource";
    }
    if (seen.contains(Seen.MANUAL)) {
      return "manual";
    }
    if (seen.contains(Seen.SCHEDULED)) {
      return "scheduled";
    }
    return seen.contains(Seen.CREATED) ? "running" : "failed";
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

  /**
   * A job's state as the pipeline sees it: a failure that is allowed is a mere warning, and a
   * manual job that may fail is waited for by nobody.
   */
  private enum Seen {
    CREATED,
    WAITING,
    PENDING,
    RUNNING,
    SUCCESS,
    WARNED,
    FAILED,
    CANCELED,
    SKIPPED,
    MANUAL,
    IGNORED,
    SCHEDULED;

    static Seen of(JobSpec job, JobStatus status) {
      return switch (status) {
        case CREATED -> CREATED;
        case WAITING_FOR_RESOURCE -> WAITING;
        case PENDING -> PENDING;
        case RUNNING -> RUNNING;
        case SUCCESS -> SUCCESS;
        case FAILED -> job.allowFailure() ? WARNED : FAILED;
        case CANCELED -> job.allowFailure() ? WARNED : CANCELED;
        case SKIPPED -> SKIPPED;
        case MANUAL -> job.allowFailure() ? IGNORED : MANUAL;
        case SCHEDULED -> SCHEDULED;
      };
    }
  }
}
