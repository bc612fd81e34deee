package org.newci.controller.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.source.Glob;
import org.newci.contracts.source.UrlPattern;
import org.newci.shell.problem.Problem;

/**
 * One version of the registry. Pure: the same question gets the same answer. The first pattern that
 * matches decides; the default is for what none matches.
 */
public final class Registry {

  private static final int REMEMBERED = 50_000;

  private final List<ProjectRule> rules;
  private final @Nullable ProjectRule fallback;
  private final People operators;
  private final Map<String, Optional<ProjectRule>> remembered = new ConcurrentHashMap<>();

  Registry(List<ProjectRule> rules, @Nullable ProjectRule fallback, People operators) {
    this.rules = List.copyOf(rules);
    this.fallback = fallback;
    this.operators = operators;
  }

  /** What holds without a file: everybody builds public repositories and sees all. */
  public static Registry open(boolean loopback) {
    return new Registry(List.of(), ProjectRule.open(loopback), People.EVERYBODY);
  }

  /**
   * May that person have that built?
   *
   * @param loopback false keeps this machine's loopback out whatever a pattern says
   */
  public Verdict decide(Asked asked, Person person, boolean loopback) {
    RepoUrl repo = asked.repo();
    ProjectRule rule = ruleOf(repo);
    boolean submits = rule != null && maySubmit(rule, person);
    if (rule == null || (!submits && !rule.mayRead(person))) {
      return unknown(repo, person);
    }
    new HostRule(loopback && rule.source().loopback()).check(repo);
    if (!submits) {
      return new Verdict.Refused(
          new Problem(
              403,
              "forbidden",
              "You (%s) may see %s but not have it built; the registry lets %s."
                  .formatted(person.subject(), repo.text(), rule.access().submit())));
    }
    return named(asked, rule);
  }

  /** The same for a push to a watched repository, which needs nobody's leave. */
  public Verdict decideWatched(Asked asked, boolean loopback) {
    ProjectRule rule = ruleOf(asked.repo());
    if (rule == null || rule.watch() == null) {
      return unknown(asked.repo(), new Person("push", Set.of()));
    }
    new HostRule(loopback && rule.source().loopback()).check(asked.repo());
    return named(asked, rule);
  }

  private static Verdict named(Asked asked, ProjectRule rule) {
    for (String published : asked.publishedNames()) {
      if (rule.mayPublish(published)) {
        continue;
      }
      List<String> names = rule.publish().stream().map(Glob::text).toList();
      return new Verdict.Refused(
          Problem.unprocessable(
              "name-not-allowed",
              "The registry does not let %s be published as '%s' (it lets: %s)."
                  .formatted(
                      asked.repo().text(),
                      published,
                      names.isEmpty() ? "nothing" : String.join(", ", names))));
    }
    return new Verdict.Allowed(rule, rule.projectOf(asked.repo()), rule.environment());
  }

  /** The same words whether it is not there or not to be seen. */
  private static Verdict unknown(RepoUrl repo, Person person) {
    return new Verdict.Refused(
        Problem.unprocessable(
            "not-in-registry",
            "No pattern of the project registry lets %s build %s."
                .formatted(person.subject(), repo.text())));
  }

  private boolean maySubmit(ProjectRule rule, Person person) {
    return rule.access().submit().has(person) || operators.has(person);
  }

  /** True if that person may see the builds of that repository; operators see all. */
  public boolean mayRead(String repo, Person person) {
    if (operators.has(person)) {
      return true;
    }
    ProjectRule rule = ruleOf(repo).orElse(null);
    return rule != null && rule.mayRead(person);
  }

  /** True if that person may see the builds of every repository. */
  public boolean mayReadAll(Person person) {
    return operators.has(person)
        || (fallback != null
            && fallback.mayRead(person)
            && rules.stream().allMatch(rule -> rule.mayRead(person)));
  }

  /** True if that person may stop and repeat the builds of that repository. */
  public boolean mayAct(String repo, Person person) {
    if (operators.has(person)) {
      return true;
    }
    ProjectRule rule = ruleOf(repo).orElse(null);
    return rule != null && maySubmit(rule, person);
  }

  /** True for those who run all this. */
  public boolean isOperator(Person person) {
    return operators.has(person);
  }

  /** What holds for the repository of that URL, as it was written. */
  public Optional<ProjectRule> ruleOf(String repo) {
    Optional<ProjectRule> known = remembered.get(repo);
    if (known == null) {
      known = Optional.ofNullable(parsed(repo)).map(this::ruleOf);
      if (remembered.size() < REMEMBERED) {
        remembered.put(repo, known);
      }
    }
    return known;
  }

  private static @Nullable RepoUrl parsed(String repo) {
    try {
      return RepoUrl.parse(repo);
    } catch (Problem e) {
      return null;
    }
  }

  private @Nullable ProjectRule ruleOf(RepoUrl repo) {
    for (ProjectRule rule : rules) {
      UrlPattern match = rule.match();
      if (match != null && repo.isOf(match)) {
        return rule;
      }
    }
    return fallback;
  }

  /**
   * The patterns in order, up to the one that decides for that repository; none for the default. A
   * repository has the same rule if the last of them is the first that matches it.
   */
  public List<String> patternsUpTo(ProjectRule rule) {
    int place = rules.indexOf(rule);
    return rules.subList(0, place + 1).stream()
        .flatMap(one -> Optional.ofNullable(one.match()).stream())
        .map(UrlPattern::text)
        .toList();
  }

  /** The URLs of watched repositories that have a pattern of their own. */
  public List<String> watchedByName() {
    return rules.stream()
        .filter(rule -> rule.watch() != null)
        .flatMap(rule -> Optional.ofNullable(rule.match()).stream())
        .filter(UrlPattern::isExact)
        .map(UrlPattern::text)
        .toList();
  }

  /** True if any pattern is watched. */
  public boolean watchesAny() {
    return rules.stream().anyMatch(rule -> rule.watch() != null)
        || (fallback != null && fallback.watch() != null);
  }

  /** The environments that builds can be deployed to, in order. */
  public Set<String> environments() {
    Set<String> all = new TreeSet<>();
    rules.forEach(rule -> all.add(rule.environment().environment()));
    if (fallback != null) {
      all.add(fallback.environment().environment());
    }
    return all;
  }

  /** How many patterns there are. */
  public int size() {
    return rules.size();
  }
}
