package org.newci.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.newci.contracts.controller.CdRequest;
import org.newci.contracts.source.Glob;

/** What the registry says to whom. */
class RegistryTest {

  private static final String YAML =
      """
      operators: [group:ops]
      projects:
        - match: https://git.example.org/secret/*
          project: secret-{name}
          credential: team-key
          submit: [group:team, user:robot]
          read: [user:auditor]
          environment: live
          publish: ["app*", manual.pdf]
          limits: {time: 30m, log: 2MiB, artifact: 10}
          replace: reset
          variables: {COLOUR: blue}
          secrets:
            - {name: DEPLOY_KEY, file: deploy.key, refs: [main, "release/*", "refs/tags/v*"]}
        - match: https://*.example.org/**
          submit: [everybody]
          publish: ["*"]
      default:
        submit: [group:staff]
        read: [everybody]
      """;

  private final Registry registry = parse(YAML);

  static Registry parse(String yaml) {
    try {
      return RegistryFile.parse(Path.of("projects.yaml"), yaml);
    } catch (RegistryRefused e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private Verdict decide(String repo, String artifact, String subject, String... groups) {
    Asked asked = Asked.of(new CdRequest(repo, "main", artifact, null));
    return registry.decide(asked, new Person(subject, Set.of(groups)), false);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // repository, artifact, subject, group, what is said
        "https://git.example.org/secret/a, app.bin, ann, team, secret-a",
        "https://git.example.org/secret/a, dist/app, robot, -, secret-a",
        "https://git.example.org/secret/a, app.bin, root, ops, secret-a",
        "https://GIT.example.org:443/secret/a.git, app.bin, robot, -, secret-a",
        "https://git.example.org/secret/a, app.bin, auditor, -, 403",
        "https://git.example.org/secret/a, other, robot, -, 422 name-not-allowed",
        "https://git.example.org/secret/a, app.bin, eve, -, 422 not-in-registry",
        "https://git.example.org/secret/a/b, x, eve, -, b-",
        "https://git.example.org/open, x, eve, -, open-",
        "http://git.example.org/open, x, eve, -, 403",
        "https://git.example.org:444/open, x, eve, -, 403",
        "https://example.org/open, x, eve, -, 403",
        "https://git.example.org.evil.com/secret/a, x, eve, -, 403",
        "https://evilgit.example.org/open, x, eve, -, open-",
        "https://else.test/a, -, eve, -, 403",
        "https://else.test/a, -, ann, staff, a-",
        "https://else.test/a, x, ann, staff, 422 name-not-allowed",
      })
  void itDecides(String repo, String artifact, String subject, String group, String said) {
    Verdict verdict =
        group == null
            ? decide(repo, artifact, subject)
            : decide(repo, artifact, subject, group, "others");
    switch (verdict) {
      case Verdict.Allowed allowed -> assertThat(allowed.project()).startsWith(said);
      case Verdict.Refused refused -> {
        assertThat(refused.status() + " " + refused.kind()).startsWith(said);
        assertThat(refused.sentence()).endsWith(".");
      }
    }
  }

  @Test
  void whatMayNotBeSeenIsRefusedInTheWordsOfWhatIsNotThere() {
    Registry closed = parse("projects: [{match: 'https://h.test/a', submit: [user:ann]}]");
    Person eve = new Person("eve", Set.of());
    List<String> said =
        List.of("https://h.test/a", "https://h.test/b").stream()
            .map(url -> Asked.of(new CdRequest(url, "main", null, null)))
            .map(asked -> (Verdict.Refused) closed.decide(asked, eve, false))
            .map(refused -> refused.sentence().replaceAll("/[ab]\\.$", "") + refused.kind())
            .toList();
    assertThat(said.getFirst()).isEqualTo(said.getLast()).contains("lets eve build");
  }

  @Test
  void aGrantHasEnvironmentAndLimits() {
    Verdict verdict = decide("https://git.example.org/secret/a", "app.bin", "robot");
    var grant = ((Verdict.Allowed) verdict).grant();
    assertThat(grant.environment()).isEqualTo("live");
    assertThat(grant.time()).isEqualTo(Duration.ofMinutes(30));
    assertThat(grant.logBytes()).isEqualTo(2L << 20);
    assertThat(grant.artifactBytes()).isEqualTo(10);
    assertThat(registry.environments()).containsExactly("live", "test");
  }

  @Test
  void readersAreNotSubmittersAndOperatorsAreBoth() {
    String repo = "https://git.example.org/secret/a";
    Person auditor = new Person("auditor", Set.of());
    Person eve = new Person("eve", Set.of("everybody"));
    Person ops = new Person("root", Set.of("ops"));
    assertThat(registry.mayReadAll(ops)).isTrue();
    // He reads what each pattern here is about, and the rest is for everybody.
    assertThat(registry.mayReadAll(auditor)).isTrue();
    assertThat(registry.mayReadAll(eve)).isFalse();
    assertThat(registry.mayRead(repo, auditor)).isTrue();
    assertThat(registry.mayAct(repo, auditor)).isFalse();
    assertThat(registry.mayRead(repo, eve)).isFalse();
    assertThat(registry.mayRead(repo, ops) && registry.mayAct(repo, ops)).isTrue();
    assertThat(registry.mayRead("nonsense", eve)).isFalse();
    assertThat(registry.mayRead("https://else.test/a", eve)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "refs/heads/main, true",
    "refs/heads/release/1, true",
    "refs/heads/release/1/x, false",
    "refs/heads/mainly, false",
    "refs/heads/feature, false",
    "refs/tags/v1, true",
    "refs/heads/v1, false",
    "refs/tags/main, false",
    "refs/tags/release/1, false",
    "refs/heads/refs/tags/v1, false",
    "refs/merge-requests/1/head, false",
    "main, false",
  })
  void secretsAreForTheirRefsOnly(String ref, boolean given) {
    ProjectRule rule = registry.ruleOf("https://git.example.org/secret/a").orElseThrow();
    assertThat(rule.inputs().secrets().getFirst().isFor(ref)).isEqualTo(given);
  }

  @Test
  void loopbackNeedsThePatternAndTheSetting() {
    Registry local =
        parse("projects: [{match: '*://127.0.0.1:*/**', loopback: true, submit: [everybody]}]");
    Asked asked = Asked.of(new CdRequest("git://127.0.0.1:9/a", "main", null, null));
    Person ann = new Person("ann", Set.of());
    assertThat(local.decide(asked, ann, true)).isInstanceOf(Verdict.Allowed.class);
    assertThatThrownBy(() -> local.decide(asked, ann, false)).hasMessageContaining("this machine");
    Registry careless = parse("projects: [{match: '*://127.0.0.1:*/**', submit: [everybody]}]");
    assertThatThrownBy(() -> careless.decide(asked, ann, true))
        .hasMessageContaining("this machine");
  }

  /** Two repositories never have one identity, and hence never one project by the default. */
  @Test
  void differentRepositoriesHaveDifferentProjects() {
    List<String> urls =
        List.of(
            "https://h.test/a/app",
            "https://h.test/A/app",
            "https://h.test/b/app",
            "http://h.test/a/app",
            "https://h.test:8443/a/app",
            "git://h.test/a/app",
            "ssh://h.test/a/app",
            "ssh://git@h.test/a/app",
            "git@h.test:a/app",
            "ann@h.test:a/app",
            "git@h.test:/a/app.x",
            "https://h2.test/a/app");
    Map<String, String> projects = new HashMap<>();
    for (String url : urls) {
      RepoUrl repo = RepoUrl.parse(url);
      String project = ProjectRule.open(false).projectOf(repo);
      assertThat(projects.put(project, url)).as(url).isNull();
    }
  }

  /** Against the plain meaning, a recursion that tries everything. */
  @Test
  void globsMeanWhatTheySay() {
    Random dice = new Random(11);
    String letters = "ab/*";
    for (int i = 0; i < 20_000; i++) {
      String pattern = text(dice, letters, 6).replace("***", "**");
      String name = text(dice, "ab/", 8);
      if (!pattern.isEmpty() && !pattern.contains("***")) {
        assertThat(new Glob(pattern).matches(name))
            .as("%s on %s", pattern, name)
            .isEqualTo(plain(pattern, name));
      }
    }
  }

  /** A pattern that makes backtracking matchers run for ever ends in a moment. */
  @Test
  void globsHaveNoBadCase() {
    String pattern = "*a".repeat(200);
    assertThat(new Glob(pattern).matches("a".repeat(1_900) + "b")).isFalse();
  }

  private static String text(Random dice, String letters, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = dice.nextInt(most); n >= 0; n--) {
      text.append(letters.charAt(dice.nextInt(letters.length())));
    }
    return text.toString();
  }

  private static boolean plain(String pattern, String name) {
    if (pattern.isEmpty()) {
      return name.isEmpty();
    }
    if (pattern.startsWith("**")) {
      return plain(pattern.substring(2), name)
          || (!name.isEmpty() && plain(pattern, name.substring(1)));
    }
    if (pattern.startsWith("*")) {
      return plain(pattern.substring(1), name)
          || (!name.isEmpty() && name.charAt(0) != '/' && plain(pattern, name.substring(1)));
    }
    return !name.isEmpty()
        && name.charAt(0) == pattern.charAt(0)
        && plain(pattern.substring(1), name.substring(1));
  }
}
