package org.newci.controller.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.source.Glob;
import org.newci.contracts.source.UrlPattern;
import org.newci.controller.build.Grant;
import org.newci.controller.registry.ProjectRule.Access;
import org.newci.controller.registry.ProjectRule.Inputs;
import org.newci.controller.registry.ProjectRule.Secret;
import org.newci.controller.registry.ProjectRule.Source;
import org.newci.controller.registry.ProjectRule.Watch;
import org.newci.shell.config.Settings;
import org.newci.shell.problem.Problem;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads what holds for one pattern. */
final class RuleReader {

  static final Set<String> KEYS =
      Set.of(
          "match",
          "loopback",
          "project",
          "credential",
          "replace",
          "submodules",
          "submit",
          "read",
          "environment",
          "publish",
          "limits",
          "supersede",
          "uploads",
          "variables",
          "secrets",
          "watch");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern ENVIRONMENT = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
  private static final Pattern TAKEN = Pattern.compile("(NEWCI|CI|GITLAB|FF)_.*|CI");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB)?");
  private static final Pattern TEMPLATE = Pattern.compile("[A-Za-z0-9]+([_.-][A-Za-z0-9]+)*");
  private static final int LONGEST_TEMPLATE = 60;
  private static final int LONGEST_VALUE = 10_000;
  private static final int MOST_VARIABLES = 50;
  private static final long SOONEST_S = 5;
  private static final long STANDARD_S = 60;

  private final List<Mistake> mistakes;

  RuleReader(List<Mistake> mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Reads a rule.
   *
   * @param fallback true for the default, which has no pattern
   */
  ProjectRule read(Node node, boolean fallback) {
    String name = fallback ? "the default" : "this project";
    Section section = new Section(name, node, KEYS, mistakes);
    UrlPattern match = section.ifSet("match", UrlPattern::parse);
    if (fallback == section.has("match")) {
      section.note(
          section.line(),
          fallback
              ? "The default has a 'match' (it is for all that no pattern matches)."
              : "This project has no 'match' (expected a pattern of repository URLs).");
    }
    Source source =
        new Source(
            section.flag("loopback", false),
            section.read("project", Source.STANDARD_PROJECT, RuleReader::template),
            section.ifSet("credential", text -> word("credential", text)),
            section.ifSet("replace", RuleReader::replace),
            section.flag("submodules", false));
    People submit = people(section, "submit");
    People read = section.has("read") ? people(section, "read") : submit;
    Grant grant = grant(section);
    List<Glob> publish = section.list("publish", List.of(), Glob::new);
    Watch watch = section.has("watch") ? watch(section, publish) : null;
    Inputs inputs = new Inputs(variables(section), secrets(section));
    if (!fallback && match != null) {
      checkTemplate(section, match, source.project());
    } else if (fallback && !source.project().contains("{hash}")) {
      section.note(
          section.lineOf("project"), "The default's 'project' lacks {hash}: projects would mix.");
    }
    if (fallback && (source.credential() != null || !inputs.secrets().isEmpty())) {
      section.note(
          section.line(),
          "The default has a credential or secrets, which every repository would get.");
    }
    return new ProjectRule(match, source, new Access(submit, read), grant, publish, inputs, watch);
  }

  /** Several repositories of one pattern must not get one project. */
  private static void checkTemplate(Section section, UrlPattern match, String template) {
    boolean tells =
        match.isExact()
            || template.contains("{hash}")
            || (template.contains("{name}") && match.variesInNameOnly())
            || (template.contains("{path}")
                && !match.host().contains("*")
                && !match.scheme().equals("*")
                && !match.port().equals("*"));
    if (!tells) {
      section.note(
          section.lineOf("project"),
          "The 'project' is '%s', which is the same for several repositories of %s (expected {hash} in it)."
              .formatted(template, match.text()));
    }
  }

  private static String template(String text) {
    String filled =
        text.replace("{name}", "x").replace("{path}", "x").replace("{hash}", "0123456789");
    if (filled.length() > LONGEST_TEMPLATE
        || !TEMPLATE.matcher(filled).matches()
        || filled.endsWith(".git")
        || filled.endsWith(".atom")
        || ProjectName.isReserved(text)) {
      throw Section.wrong(
          "project", text, "letters, digits, single '-', '_', '.', and {name}, {path}, {hash}");
    }
    return text;
  }

  private static String replace(String text) {
    if (!ProjectRule.REPLACE.contains(text)) {
      throw Section.wrong("replace", text, "delete or reset");
    }
    return text;
  }

  static People people(Section section, String key) {
    return People.of(
        section.list(
            key,
            List.of(),
            text -> {
              if (!People.isWord(text)) {
                throw Section.wrong(key, text, "everybody, user:SUBJECT or group:NAME");
              }
              return text;
            }));
  }

  private Grant grant(Section section) {
    String environment =
        section.read("environment", Grant.STANDARD_ENVIRONMENT, RuleReader::environment);
    boolean supersede = section.flag("supersede", false);
    boolean uploads = section.flag("uploads", false);
    Node node = section.node("limits");
    if (node == null) {
      return new Grant(environment, null, null, null, null, supersede, uploads);
    }
    Section limits =
        new Section("limits", node, Set.of("time", "build", "log", "artifact"), mistakes);
    return new Grant(
        environment,
        limits.ifSet("time", text -> time("time", text, 1)),
        limits.ifSet("log", text -> size("log", text)),
        limits.ifSet("artifact", text -> size("artifact", text)),
        limits.ifSet("build", text -> time("build", text, 1)),
        supersede,
        uploads);
  }

  private Map<String, String> variables(Section section) {
    Node node = section.node("variables");
    Map<String, String> all = new LinkedHashMap<>();
    if (node == null) {
      return all;
    }
    Section variables = new Section("variables", node, null, mistakes);
    for (String key : variables.keys()) {
      String value =
          variables.read(
              key,
              "",
              text -> {
                variable(key);
                if (text.length() > LONGEST_VALUE) {
                  throw Section.wrong(key, text, "at most %d characters".formatted(LONGEST_VALUE));
                }
                return text;
              });
      all.put(key, value);
    }
    if (all.size() > MOST_VARIABLES) {
      section.note(
          variables.line(),
          "There are %d variables (expected at most %d).".formatted(all.size(), MOST_VARIABLES));
    }
    return all;
  }

  private List<Secret> secrets(Section section) {
    Set<String> keys = Set.of("name", "file", "refs", "as_file");
    List<Secret> all = new java.util.ArrayList<>();
    for (Node node : section.items("secrets")) {
      Section one = new Section("a secret", node, keys, mistakes);
      for (String needed : List.of("name", "file", "refs")) {
        if (!one.has(needed)) {
          one.note(one.line(), "A secret has no '%s'.".formatted(needed));
        }
      }
      all.add(
          new Secret(
              one.read("name", "", RuleReader::variable),
              one.read("file", "", text -> word("file", text)),
              one.list("refs", List.of(), Glob::new),
              one.flag("as_file", false)));
    }
    if (all.size() > MOST_VARIABLES) {
      section.note(
          section.lineOf("secrets"),
          "There are %d secrets (expected at most %d).".formatted(all.size(), MOST_VARIABLES));
    }
    return List.copyOf(all);
  }

  private @Nullable Watch watch(Section section, List<Glob> publish) {
    Node node = section.node("watch");
    if (node == null) {
      return null;
    }
    Section watch =
        new Section(
            "watch", node, Set.of("branches", "tags", "artifact", "publish_as", "every"), mistakes);
    List<Glob> branches = watch.list("branches", List.of(), Glob::new);
    List<Glob> tags = watch.list("tags", List.of(), Glob::new);
    if (branches.isEmpty() && tags.isEmpty()) {
      watch.note(watch.line(), "A watch has neither 'branches' nor 'tags'; nothing would start.");
    }
    String artifact = watch.ifSet("artifact", text -> checked(() -> Names.artifact(text)));
    String named =
        watch.ifSet("publish_as", text -> checked(() -> Names.fileName("publish_as", text)));
    String published = named != null || artifact == null ? named : artifact.replaceFirst(".*/", "");
    if (published != null && publish.stream().noneMatch(glob -> glob.matches(published))) {
      watch.note(
          watch.lineOf("artifact"),
          "Watched builds would be served as '%s', which 'publish' does not let this project write."
              .formatted(published));
    }
    Duration every =
        watch.read("every", Duration.ofSeconds(STANDARD_S), text -> time("every", text, SOONEST_S));
    return new Watch(branches, tags, artifact, published, every.toSeconds());
  }

  private static String checked(java.util.function.Supplier<String> name) {
    try {
      return name.get();
    } catch (Problem e) {
      throw new IllegalArgumentException(e.detail().replaceFirst("\\.$", ""), e);
    }
  }

  private static String word(String key, String text) {
    if (!WORD.matcher(text).matches()) {
      throw Section.wrong(key, text, "a word of letters, digits, '.', '_' and '-'");
    }
    return text;
  }

  /** As the deploy worker wants them. */
  private static String environment(String text) {
    if (!ENVIRONMENT.matcher(text).matches()) {
      throw Section.wrong(
          "environment", text, "a word of at most 40 lower-case letters, digits and '-'");
    }
    return text;
  }

  private static String variable(String text) {
    if (!VARIABLE.matcher(text).matches() || TAKEN.matcher(text).matches()) {
      throw Section.wrong(
          "name", text, "letters, digits and '_', not beginning with NEWCI_, CI_, GITLAB_ or FF_");
    }
    return text;
  }

  private static Duration time(String key, String text, long leastS) {
    Duration time = Settings.parseDuration(text);
    if (time.toSeconds() < leastS || time.compareTo(Duration.ofDays(30)) > 0) {
      throw Section.wrong(key, text, "from %d s to 30 days".formatted(leastS));
    }
    return time;
  }

  private static long size(String key, String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches() || text.length() > 20) {
      throw Section.wrong(key, text, "a number of bytes such as 500, 20KiB, 10MiB or 2GiB");
    }
    int shift =
        switch (String.valueOf(size.group(2))) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    long number = Long.parseLong(size.group(1));
    if (number < 1 || number > Long.MAX_VALUE >> shift) {
      throw Section.wrong(key, text, "more than nothing and less than 8 EiB");
    }
    return number << shift;
  }
}
