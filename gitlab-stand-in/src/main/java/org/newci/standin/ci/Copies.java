package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.newci.standin.ci.NeedReader.Wanted;
import org.newci.standin.ci.ParallelReader.Copy;

/** Makes several jobs of each parallel one, also where others name it. */
final class Copies {
  private final Map<String, List<String>> names = new HashMap<>();

  private Copies() {}

  /** The jobs with their needs, parallel ones one by one. */
  static List<Draft> of(List<Draft> drafts, Faults faults) {
    Copies copies = new Copies();
    drafts.forEach(copies::note);
    List<Draft> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Draft draft : drafts) {
      for (Copy copy : draft.copies()) {
        if (all.size() == CiFile.MOST_JOBS) {
          faults.add(
              "The number of jobs has exceeded the limit of " + CiFile.MOST_JOBS, draft.line());
          return all;
        }
        Draft made = copies.made(draft, copy);
        if (!seen.add(made.job().name())) {
          faults.add("jobs:" + made.job().name() + " is there twice", draft.line());
        }
        all.add(made);
      }
    }
    return all;
  }

  private void note(Draft draft) {
    String name = draft.job().name();
    names.put(name, draft.copies().stream().map(copy -> name + copy.suffix()).toList());
  }

  private Draft made(Draft draft, Copy copy) {
    JobSpec job = draft.job();
    JobPlace place = job.place();
    JobTurn turn = job.turn();
    List<CiVariable> variables = Variables.layered(job.variables(), copy.variables());
    return draft.as(
        new JobSpec(
            new JobPlace(
                place.name() + copy.suffix(),
                place.group(),
                place.stage(),
                place.stageIndex(),
                copy.node()),
            job.commands(),
            variables,
            new JobTurn(
                turn.when(),
                turn.startIn(),
                draft.needs().map(needs -> needs(needs, this::namesOf)),
                turn.dependencies().map(all -> all.stream().flatMap(this::each).toList()),
                turn.resourceGroup()),
            job.tolerance(),
            job.keeps(),
            job.surroundings()));
  }

  private Stream<String> each(String name) {
    return namesOf(name).stream();
  }

  private List<String> namesOf(String name) {
    return names.getOrDefault(name, List.of(name));
  }

  /** Needs of a rule, for jobs that are already made. */
  static List<Need> needs(List<Wanted> wanted, List<Draft> made) {
    Map<String, List<String>> groups = new HashMap<>();
    for (Draft draft : made) {
      JobPlace place = draft.job().place();
      groups.computeIfAbsent(place.group(), _ -> new ArrayList<>()).add(place.name());
    }
    return needs(wanted, name -> groups.getOrDefault(name, List.of(name)));
  }

  private static List<Need> needs(List<Wanted> wanted, Function<String, List<String>> namesOf) {
    Map<String, Need> needs = new LinkedHashMap<>();
    for (Wanted want : wanted) {
      List<String> names =
          want.copies().isEmpty()
              ? namesOf.apply(want.job())
              : want.copies().stream().map(suffix -> want.job() + suffix).toList();
      names.forEach(n -> needs.put(n, new Need(n, want.artifacts(), want.optional())));
    }
    return List.copyOf(needs.values());
  }
}
