package org.newci.standin.ci;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the rules of one job see: the variables, the files, and how much searching the whole file
 * may still do. RE2 is linear, but a long expression times a long text times many rules is not
 * little.
 *
 * @param strong the project's and the pipeline's variables
 * @param own the file's
 * @param facts those that follow from the job
 * @param weak the predefined ones
 */
record Sight(
    Map<String, String> strong,
    Map<String, CiVariable> own,
    Map<String, String> facts,
    Map<String, String> weak,
    CommitFiles files,
    Work work) {

  static Sight of(PushContext context, List<CiVariable> own, Map<String, String> facts, Work work) {
    Map<String, CiVariable> byKey = new HashMap<>();
    own.forEach(v -> byKey.put(v.key(), v));
    return new Sight(context.settings(), byKey, facts, context.predefined(), context.files(), work);
  }

  /** The strongest value of that name. */
  Optional<String> value(String name) {
    String value = strong.get(name);
    CiVariable mine = value == null ? own.get(name) : null;
    value = mine == null ? value : mine.value();
    value = value == null ? facts.get(name) : value;
    return Optional.ofNullable(value == null ? weak.get(name) : value);
  }

  /** Whether variables in that value stay as they are. */
  boolean isRaw(String name) {
    CiVariable mine = own.get(name);
    return !strong.containsKey(name) && mine != null && mine.raw();
  }

  /** Whether the expression is found; no once the work is used up. */
  boolean find(RegexLiteral regex, String text) {
    return work.take((long) regex.size() * (text.length() + 1)) && regex.foundIn(text);
  }

  /** Whether one of the paths fits one of the patterns; yes once the work is used up. */
  boolean anyFits(List<String> patterns, List<String> paths) {
    Expansion expansion = new Expansion(this);
    for (String pattern : patterns) {
      Glob glob = work.glob(expansion.existing(pattern));
      for (String path : paths) {
        if (!work.take((long) glob.size() * (path.length() + 1)) || glob.matches(path)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Steps that all rules of one file may take together. */
  static final class Work {
    static final long MOST = 50_000_000L;

    private final Map<String, Glob> globs = new HashMap<>();
    private final Set<String> problems = new LinkedHashSet<>();
    private long left = MOST;

    boolean take(long steps) {
      left = Math.max(-1, left - steps);
      return !isUsedUp();
    }

    boolean isUsedUp() {
      return left < 0;
    }

    /** Notes what makes the rules impossible to judge. */
    void problem(String sentence) {
      problems.add(sentence);
    }

    Set<String> problems() {
      return problems;
    }

    /** The pattern, compiled once a file. */
    Glob glob(String pattern) {
      return globs.computeIfAbsent(pattern, Glob::of);
    }
  }
}
