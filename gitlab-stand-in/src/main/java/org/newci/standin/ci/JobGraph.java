package org.newci.standin.ci;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks how the jobs of a file refer to each other. */
final class JobGraph {
  private final Map<String, Draft> byName = new LinkedHashMap<>();
  private final Faults faults;

  JobGraph(List<Draft> jobs, Faults faults) {
    jobs.forEach(draft -> byName.put(draft.job().name(), draft));
    this.faults = faults;
  }

  /** Names that are nowhere, jobs of later stages, and circles. */
  void check() {
    for (Draft draft : byName.values()) {
      JobSpec job = draft.job();
      int count = job.needs().map(List::size).orElse(0);
      if (count > NeedReader.MOST) {
        faults.add(NeedReader.tooMany(job.name(), count), draft.line());
      }
      for (Need need : job.needs().orElse(List.of())) {
        checkReference(draft, "need", need.job(), need.optional());
      }
      for (String name : job.dependencies().orElse(List.of())) {
        checkReference(draft, "dependency", name, false);
      }
      checkDependenciesAreNeeded(draft);
    }
    checkCircles(byName.values().stream().map(Draft::job).toList());
  }

  /** Needs of these jobs that the rules kept out of the pipeline. */
  void checkPresent(List<JobSpec> included) {
    Set<String> there = new HashSet<>();
    included.forEach(job -> there.add(job.name()));
    for (JobSpec job : included) {
      for (Need need : job.needs().orElse(List.of())) {
        Draft draft = byName.get(job.name());
        if (!need.optional() && !there.contains(need.job()) && draft != null) {
          faults.add(
              "'%s' job needs '%s' job, but '%s' does not exist in the pipeline. "
                      .formatted(job.name(), need.job(), need.job())
                  + "This might be because of the only, except, or rules keywords. To need a job"
                  + " that sometimes does not exist in the pipeline, use needs:optional.",
              draft.line());
        }
      }
    }
    // The rules may have given other needs than the file.
    checkCircles(included);
  }

  /** The same jobs; optional needs that are not among them are gone. */
  static List<JobSpec> withoutAbsentNeeds(List<JobSpec> jobs) {
    Set<String> there = new HashSet<>();
    jobs.forEach(job -> there.add(job.name()));
    return jobs.stream().map(job -> withNeedsAmong(job, there)).toList();
  }

  private static JobSpec withNeedsAmong(JobSpec job, Set<String> names) {
    JobTurn turn = job.turn();
    return job.with(
        new JobTurn(
            turn.when(),
            turn.startIn(),
            turn.needs().map(all -> all.stream().filter(n -> names.contains(n.job())).toList()),
            turn.dependencies(),
            turn.resourceGroup()));
  }

  private void checkReference(Draft from, String kind, String name, boolean optional) {
    Draft to = byName.get(name);
    JobSpec job = from.job();
    if (to == null) {
      if (!optional) {
        faults.add(job.name() + " job: undefined " + kind + ": " + name, from.line());
      }
    } else if (to.job().stageIndex() > job.stageIndex()) {
      faults.add(
          "%s job: %s %s is not defined in current or prior stages"
              .formatted(job.name(), kind, name),
          from.line());
    }
  }

  private void checkDependenciesAreNeeded(Draft draft) {
    JobSpec job = draft.job();
    if (job.needs().isEmpty() || job.dependencies().isEmpty()) {
      return;
    }
    List<String> needed = job.needs().get().stream().map(Need::job).toList();
    List<String> missing = new ArrayList<>(job.dependencies().get());
    missing.removeAll(needed);
    if (!missing.isEmpty()) {
      faults.add(
          "jobs:%s dependencies the %s should be part of needs"
              .formatted(job.name(), String.join(", ", missing)),
          draft.line());
    }
  }

  /** Takes away jobs that wait for nobody, again and again; what stays stands in a circle. */
  private void checkCircles(List<JobSpec> jobs) {
    Map<String, List<String>> needs = new LinkedHashMap<>();
    jobs.forEach(
        job ->
            needs.put(job.name(), job.needs().orElse(List.of()).stream().map(Need::job).toList()));
    Map<String, Integer> waitsFor = new LinkedHashMap<>();
    Map<String, List<String>> waiters = new LinkedHashMap<>();
    needs.forEach(
        (name, all) -> {
          List<String> there = all.stream().filter(needs::containsKey).toList();
          waitsFor.put(name, there.size());
          there.forEach(n -> waiters.computeIfAbsent(n, _ -> new ArrayList<>()).add(name));
        });
    Deque<String> free = new ArrayDeque<>();
    waitsFor.forEach(
        (name, count) -> {
          if (count == 0) {
            free.add(name);
          }
        });
    while (!free.isEmpty()) {
      String name = free.remove();
      waitsFor.remove(name);
      for (String waiter : waiters.getOrDefault(name, List.of())) {
        if (waitsFor.merge(waiter, -1, Integer::sum) == 0) {
          free.add(waiter);
        }
      }
    }
    if (!waitsFor.isEmpty()) {
      faults.add("The pipeline has circular dependencies: " + circle(waitsFor.keySet(), needs));
    }
  }

  /** Each stuck job has a stuck need; following them must come back to a job passed before. */
  private static String circle(Set<String> stuck, Map<String, List<String>> needs) {
    List<String> path = new ArrayList<>();
    String at = stuck.iterator().next();
    while (!path.contains(at)) {
      path.add(at);
      at =
          needs.getOrDefault(at, List.of()).stream().filter(stuck::contains).findFirst().orElse(at);
    }
    List<String> circle = new ArrayList<>(path.subList(path.indexOf(at), path.size()));
    circle.add(at);
    return String.join(" needs ", circle);
  }
}
