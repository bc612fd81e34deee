package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Admission.Verdict;
import org.newci.standin.ci.WorkflowReader.Entry;
import org.newci.standin.ci.WorkflowReader.Plan;

/** What the rules make of a file's jobs for one commit. */
final class Selection {
  private final PushContext context;
  private final Sight.Work work;
  private final Faults faults;

  Selection(PushContext context, Sight.Work work, Faults faults) {
    this.context = context;
    this.work = work;
    this.faults = faults;
  }

  /**
   * Whether there is a pipeline at all, and how.
   *
   * @param globals the file's variables; those of the matching rule are put over them
   */
  record Frame(Workflow workflow, List<CiVariable> globals) {}

  /** Nothing when the workflow's rules allow no pipeline. */
  Optional<Frame> frame(Plan plan, List<CiVariable> globals) {
    Sight sight = Sight.of(context, globals, Map.of(), work);
    if (plan.rules().isEmpty()) {
      return Optional.of(new Frame(named(plan.workflow(), sight), globals));
    }
    for (Entry rule : plan.rules().get()) {
      if (rule.condition().holds(sight)) {
        if (rule.never()) {
          return Optional.empty();
        }
        List<CiVariable> all = Variables.layered(globals, rule.variables());
        Sight then = Sight.of(context, all, Map.of(), work);
        return Optional.of(new Frame(named(rule.autoCancel(), then), all));
      }
    }
    return Optional.empty();
  }

  private static Workflow named(Workflow workflow, Sight sight) {
    return new Workflow(
        new Expansion(sight).all(workflow.name()), workflow.onNewCommit(), workflow.onJobFailure());
  }

  /** The jobs that the rules let in, with what the rules say of them, by stage. */
  List<JobSpec> jobs(List<Draft> drafts, List<CiVariable> globals) {
    List<JobSpec> jobs = new ArrayList<>();
    for (Draft draft : drafts) {
      List<CiVariable> own =
          Variables.layered(draft.globals().of(globals), draft.job().variables());
      Sight sight = Sight.of(context, own, JobPredefined.of(draft.job()), work);
      draft
          .admission()
          .decide(context, sight)
          .map(verdict -> settled(draft, own, verdict, drafts))
          .ifPresent(jobs::add);
      work.problems()
          .forEach(
              problem ->
                  faults.add(
                      "Failed to parse rule for " + draft.job().name() + ": " + problem,
                      draft.line()));
      work.problems().clear();
    }
    if (work.isUsedUp()) {
      faults.add("The rules of the file take too long to evaluate");
    }
    jobs.sort(Comparator.comparingInt(JobSpec::stageIndex));
    return jobs;
  }

  private JobSpec settled(Draft draft, List<CiVariable> own, Verdict verdict, List<Draft> drafts) {
    JobSpec job = draft.job();
    List<CiVariable> variables = Variables.layered(own, verdict.variables());
    VariableCircles.find(variables, context.settings().keySet())
        .ifPresent(
            circle ->
                faults.add(
                    job.name() + ": circular variable reference detected: " + circle,
                    draft.line()));
    Sight sight = Sight.of(context, variables, JobPredefined.of(job), work);
    return new JobSpec(
        job.place(),
        job.commands(),
        variables,
        turn(job, verdict, drafts, sight),
        tolerance(job, verdict),
        job.keeps(),
        around(job.surroundings(), sight));
  }

  private static JobTurn turn(JobSpec job, Verdict verdict, List<Draft> drafts, Sight sight) {
    JobTurn turn = job.turn();
    JobWhen when = verdict.when().orElse(turn.when());
    return new JobTurn(
        when,
        when == JobWhen.DELAYED ? verdict.startIn().or(turn::startIn) : Optional.empty(),
        verdict.needs().map(needs -> Copies.needs(needs, drafts)).or(turn::needs),
        turn.dependencies(),
        turn.resourceGroup().map(group -> new Expansion(sight).all(group)));
  }

  private static Tolerance tolerance(JobSpec job, Verdict verdict) {
    Tolerance own = job.tolerance();
    return new Tolerance(
        verdict.allowFailure().map(AllowFailure::of).orElse(own.allowFailure()),
        own.retry(),
        own.timeout(),
        verdict.interruptible().orElse(own.interruptible()));
  }

  private static Surroundings around(Surroundings own, Sight sight) {
    boolean plain = own.tags().stream().noneMatch(tag -> tag.indexOf('$') >= 0);
    return new Surroundings(
        own.image(),
        own.services(),
        plain
            ? own.tags().stream().distinct().toList()
            : own.tags().stream()
                .map(tag -> new Expansion(sight).existing(tag))
                .distinct()
                .toList(),
        own.environment().map(e -> EnvironmentReader.filled(e, sight)),
        own.coverage());
  }
}
