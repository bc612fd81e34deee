package org.newci.controller.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.PipelineCandidates.Candidate;
import org.newci.contracts.vcs.PipelineView;
import org.newci.controller.SettableClock;

/**
 * Hundreds of lives of a controller, each from one seed: workers in memory, and dice that choose
 * delays, lost and doubled answers, refusals, cancels, and crashes of the controller.
 */
class SimulationTest {

  private static final int SEEDS = 600;

  @Test
  void everyLifeKeepsThePromises() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      new Life(seed).live();
    }
  }

  private record Job(BuildId build, Effect effect) {}

  /** An answer that is still on its way, also when the controller has asked again meanwhile. */
  private record Late(BuildId build, BuildEvent answer) {}

  private record Pipeline(long id, BuildId build, String commit, int ripeAt, String end) {}

  private static final class Life {
    private final long seed;
    private final Random dice;
    private final SettableClock clock = new SettableClock(Given.START);
    private final MemoryLedger ledger = new MemoryLedger(clock);
    private final Decider decider = new Decider(Limits.standard());
    private Conductor conductor;
    private Set<Job> running = new HashSet<>();

    private final Map<BuildId, MirrorAnswer> mirrored = new HashMap<>();
    private final Map<Long, Pipeline> pipelines = new HashMap<>();
    private final Set<Long> cancelled = new HashSet<>();
    private final Map<BuildId, List<String>> deployments = new HashMap<>();
    private final Map<BuildId, Integer> ends = new HashMap<>();
    private final List<BuildId> starts = new ArrayList<>();
    private final List<Late> late = new ArrayList<>();
    private long ids = 100;
    private int step;

    Life(long seed) {
      this.seed = seed;
      this.dice = new Random(seed);
      boot();
    }

    /** What a start of the process does: everything in memory is new, only the ledger is not. */
    private void boot() {
      running = new HashSet<>();
      conductor = new Conductor(ledger, decider, clock);
      conductor.listen(
          move -> {
            Build next = move.next();
            running.removeIf(job -> job.build().equals(next.id()));
            move.effects().forEach(effect -> running.add(new Job(next.id(), effect)));
            if (next.state() == BuildState.FINISHED) {
              ends.merge(next.id(), 1, Integer::sum);
            }
            if (next.state() == BuildState.MIRRORING && next.steps().size() == 1) {
              if (!starts.contains(next.id())) {
                starts.add(next.id());
              }
            }
          });
      for (BuildLedger.Active active : ledger.active()) {
        active.wanted().forEach(e -> running.add(new Job(active.build().id(), e)));
      }
    }

    void live() {
      int builds = 2 + dice.nextInt(8);
      int posted = 0;
      for (step = 0; step < 6_000; step++) {
        clock.forward(Duration.ofMillis(dice.nextInt(2_000)));
        int throwOf = dice.nextInt(100);
        if (throwOf < 10 && posted < builds) {
          posted++;
          String artifact = dice.nextInt(4) == 0 ? null : "app.bin";
          Order order = Given.order("p" + dice.nextInt(3), artifact);
          ledger.add(Build.of(BuildId.fresh(clock, dice), order), null, 100);
        } else if (throwOf < 13) {
          boot();
        } else if (throwOf < 14) {
          cancelOne();
        } else if (throwOf < 15) {
          ledger.held().forEach(b -> conductor.tell(b.id(), new BuildEvent.Released()));
        } else if (throwOf < 18 && !late.isEmpty()) {
          Late answer = late.remove(dice.nextInt(late.size()));
          conductor.tell(answer.build(), answer.answer());
        } else if (throwOf < 25) {
          ledger.startable(3).forEach(id -> conductor.tell(id, new BuildEvent.Started()));
        } else if (throwOf < 40) {
          ledger.active().forEach(a -> conductor.tell(a.build().id(), new BuildEvent.TimePassed()));
        } else {
          workOne();
        }
        if (posted == builds
            && ledger.all().stream().allMatch(b -> b.state() == BuildState.FINISHED)) {
          break;
        }
      }
      check();
    }

    private void cancelOne() {
      List<Build> all = ledger.all();
      if (!all.isEmpty()) {
        conductor.tell(all.get(dice.nextInt(all.size())).id(), Given.cancel());
      }
    }

    private void workOne() {
      if (running.isEmpty()) {
        return;
      }
      List<Job> jobs = new ArrayList<>(running);
      jobs.sort((a, b) -> (a.build() + "" + a.effect()).compareTo(b.build() + "" + b.effect()));
      Job job = jobs.get(dice.nextInt(jobs.size()));
      Build build = ledger.find(job.build()).orElseThrow();
      BuildEvent answer = dice.nextInt(60) == 0 ? refusal(build) : act(job, build);
      if (answer == null || dice.nextInt(8) == 0) {
        // Nothing to tell, or the answer is lost: the effect is done again later.
        return;
      }
      if (dice.nextInt(6) == 0) {
        late.add(new Late(build.id(), answer));
        return;
      }
      conductor.tell(build.id(), answer);
      if (dice.nextInt(6) == 0) {
        conductor.tell(build.id(), answer);
      }
    }

    private static BuildEvent refusal(Build build) {
      return new BuildEvent.StepFailed(build.state(), "The worker refused.");
    }

    private BuildEvent act(Job job, Build build) {
      return switch (job.effect()) {
        case MIRROR ->
            new BuildEvent.Mirrored(mirrored.computeIfAbsent(build.id(), id -> push(build)));
        case WATCH -> watch(build);
        case CANCEL_PIPELINE -> {
          cancelled.add(build.found().pipeline().id());
          yield null;
        }
        case COLLECT -> {
          long pipeline = build.found().pipeline().id();
          String digest = "%064x".formatted(pipeline);
          yield new BuildEvent.Collected(
              new CollectAnswer("b", digest, 1, "build", "app.bin"), ledger.nextSequence());
        }
        case DEPLOY -> {
          if (build.found().deployBegun() == null) {
            yield dice.nextInt(4) == 0
                ? new BuildEvent.Held("Waits.")
                : new BuildEvent.DeployBegun();
          }
          var artifact = build.found().artifact();
          String request = artifact.sha256() + " " + artifact.sequence();
          List<String> done = deployments.computeIfAbsent(build.id(), id -> new ArrayList<>());
          boolean changed = !done.contains(request);
          if (changed) {
            done.add(request);
          }
          yield new BuildEvent.Deployed("https://site/x", 1, changed);
        }
      };
    }

    private MirrorAnswer push(Build build) {
      long floor = ++ids;
      String commit = "%040x".formatted(build.rank());
      if (dice.nextInt(10) > 0) {
        String end = List.of("success", "success", "failed", "skipped").get(dice.nextInt(4));
        Pipeline pipeline = new Pipeline(++ids, build.id(), commit, step + dice.nextInt(100), end);
        pipelines.put(pipeline.id(), pipeline);
      }
      return new MirrorAnswer(1, "ci/x", commit, null, floor, List.of(), 1);
    }

    private BuildEvent watch(Build build) {
      if (build.found().pipeline() == null) {
        return new BuildEvent.PipelinesListed(
            pipelines.values().stream()
                .filter(p -> p.build().equals(build.id()))
                .map(p -> new Candidate(p.id(), "created", null))
                .toList());
      }
      Pipeline pipeline = pipelines.get(build.found().pipeline().id());
      return new BuildEvent.PipelineLooked(
          new PipelineView(pipeline.id(), status(pipeline), null, null, List.of()));
    }

    private String status(Pipeline pipeline) {
      if (cancelled.contains(pipeline.id())) {
        return dice.nextBoolean() ? "canceled" : "running";
      }
      return step >= pipeline.ripeAt() ? pipeline.end() : "running";
    }

    private void check() {
      String life = "seed " + seed;
      for (Build build : ledger.all()) {
        assertThat(build.state()).as(life).isEqualTo(BuildState.FINISHED);
        assertThat(ends).as(life).containsEntry(build.id(), 1);
        assertThat(replay(build)).as(life).isEqualTo(build);
        assertThat(build.steps())
            .as(life)
            .extracting(Step::name)
            .filteredOn(step -> !step.equals(BuildState.HELD.step()))
            .doesNotHaveDuplicates();
        List<String> done = deployments.getOrDefault(build.id(), List.of());
        assertThat(done).as(life).hasSizeLessThanOrEqualTo(1);
        if (!done.isEmpty()) {
          Pipeline pinned = pipelines.get(build.found().pipeline().id());
          assertThat(pinned.build()).as(life).isEqualTo(build.id());
          assertThat(pinned.end()).as(life).isEqualTo("success");
          assertThat(done.getFirst()).as(life).startsWith("%064x ".formatted(pinned.id()));
        }
        if (build.outcome() == Outcome.SUCCEEDED && build.order().artifact() != null) {
          assertThat(done).as(life).hasSize(1);
        }
      }
      assertOrder(life);
    }

    private Build replay(Build end) {
      Build build = Build.of(end.id(), end.order()).ranked(end.rank());
      for (BuildEvent event : ledger.events(end.id())) {
        Decision decision = decider.decide(build, event, ledger.at(end.id(), build.version() + 1));
        build = ((Decision.Move) decision).next();
      }
      return build;
    }

    private void assertOrder(String life) {
      Map<String, Long> last = new HashMap<>();
      for (BuildId id : starts) {
        Build build = ledger.find(id).orElseThrow();
        Long before = last.put(build.order().project(), build.rank());
        assertThat(before == null || before < build.rank()).as(life).isTrue();
      }
    }
  }
}
