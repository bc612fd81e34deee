package org.newci.controller.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.Condition;
import org.newci.controller.build.Given;
import org.newci.controller.build.Grant;
import org.newci.controller.build.Order;
import org.newci.controller.build.Priority;

/** When a held deployment may go on: each condition is what keeps a build back in some case. */
class GateRulesTest {

  private static final List<DeploymentStop> NONE = List.of();

  private static Build deploying(String project, String environment, long sequence) {
    Grant grant = new Grant(environment, null, null, null);
    Order usual = Given.order(project, "app.bin");
    Order order =
        new Order(
            usual.repo(),
            usual.ref(),
            usual.artifact(),
            usual.publishedName(),
            project,
            usual.submitter(),
            null,
            null,
            usual.createdAt(),
            grant,
            List.of(),
            Priority.NORMAL);
    Build build = Build.of(Given.id(), order).ranked(sequence);
    for (BuildEvent event :
        List.of(
            new BuildEvent.Started(),
            Given.mirrored(),
            Given.listed(41),
            Given.looked("success"),
            new BuildEvent.Collected(
                new CollectAnswer("x.app.bin", "b".repeat(64), 5, "build", "app.bin"), sequence))) {
      build = Given.after(build, event, Duration.ZERO);
    }
    return build;
  }

  private static Build held(String project, String environment, long sequence) {
    BuildEvent event = new BuildEvent.Held("Waits.");
    return Given.after(deploying(project, environment, sequence), event, Duration.ZERO);
  }

  private static List<String> against(GateRules rules, Build build) {
    return rules.conditions(build).stream()
        .filter(one -> !one.holds())
        .map(Condition::name)
        .toList();
  }

  @Test
  void nothingKeepsTheFirstBack() {
    Build first = held("a", "live", 1);
    Build second = held("b", "live", 2);
    GateRules rules = new GateRules(NONE, List.of(first, second), List.of());
    assertThat(against(rules, first)).isEmpty();
    assertThat(against(rules, second)).containsExactly("deployments-before-it-are-over");
  }

  @Test
  void anotherEnvironmentKeepsNobodyBack() {
    Build build = held("a", "live", 2);
    GateRules rules =
        new GateRules(NONE, List.of(held("b", "test", 1)), List.of(deploying("c", "test", 3)));
    assertThat(against(rules, build)).isEmpty();
  }

  @Test
  void anOlderDeploymentOfTheProjectGoesBefore() {
    Build older = deploying("a", "live", 1);
    Build newer = deploying("a", "live", 2);
    GateRules rules = new GateRules(NONE, List.of(), List.of(older, newer));
    assertThat(against(rules, newer)).containsExactly("deployments-before-it-are-over");
    assertThat(against(rules, older)).isEmpty();
    Build other = deploying("b", "live", 3);
    assertThat(against(rules, other)).isEmpty();
  }

  @Test
  void whatWasHeldWaitsUntilItsEnvironmentIsFree() {
    Build build = held("a", "live", 1);
    GateRules rules = new GateRules(NONE, List.of(build), List.of(deploying("b", "live", 2)));
    assertThat(against(rules, build)).containsExactly("environment-free");
  }

  @Test
  void aStopKeepsBackItsEnvironmentOnly() {
    DeploymentStop stop = new DeploymentStop("live", "a leak", "ann", Given.START);
    GateRules rules = new GateRules(List.of(stop), List.of(), List.of());
    assertThat(against(rules, deploying("a", "live", 1))).containsExactly("deployments-go-on");
    assertThat(against(rules, deploying("a", "test", 1))).isEmpty();
    GateRules all =
        new GateRules(
            List.of(new DeploymentStop(DeploymentStop.ALL, "a leak", "ann", Given.START)),
            List.of(),
            List.of());
    assertThat(against(all, deploying("a", "test", 1))).containsExactly("deployments-go-on");
  }
}
