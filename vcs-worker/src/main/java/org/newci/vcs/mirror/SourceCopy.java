package org.newci.vcs.mirror;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.ObjectId;
import org.newci.contracts.vcs.MirrorRequest.Variable;
import org.newci.vcs.source.SourceCache;
import org.newci.vcs.source.SubmoduleSources.Copied;

/**
 * What is pushed for one build: a commit, the tags in its history, and the commits of submodules.
 *
 * <p>Those lie in the same GitLab project, as tags, since nothing else keeps them there. That git
 * looks for every submodule in the project itself is said by variables (git(1), GIT_CONFIG_COUNT),
 * which both GitLab's runner and ours follow; so they work with {@code GIT_SUBMODULE_STRATEGY}, and
 * a job needs neither the sources' servers nor their credentials.
 */
record SourceCopy(SourceCache.Fetched fetched, List<Copied> submodules) implements AutoCloseable {

  private static final String OF_SUBMODULES = "newci-submodule/";

  ObjectId commit() {
    return fetched.commit();
  }

  /** The source's own tags. */
  Map<String, ObjectId> tags() {
    Map<String, ObjectId> tags = new LinkedHashMap<>(fetched.tags());
    tags.keySet().removeIf(name -> name.startsWith(OF_SUBMODULES));
    return tags;
  }

  /** The tags of submodules, by the repository in the cache that holds them. */
  Map<Path, Map<String, ObjectId>> submoduleTags() {
    Map<Path, Map<String, ObjectId>> all = new LinkedHashMap<>();
    for (Copied one : submodules) {
      ObjectId commit = one.fetched().commit();
      all.computeIfAbsent(one.fetched().repository(), _ -> new LinkedHashMap<>())
          .put(OF_SUBMODULES + commit.name(), commit);
    }
    return all;
  }

  /**
   * Tells git where submodules are.
   *
   * @param project the URL that jobs fetch the project from
   */
  List<Variable> variables(String project) {
    List<String> names = submodules.stream().map(Copied::name).distinct().toList();
    List<Variable> variables = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      variables.add(plain("GIT_CONFIG_KEY_" + i, "submodule.%s.url".formatted(names.get(i))));
      variables.add(plain("GIT_CONFIG_VALUE_" + i, project));
    }
    if (!names.isEmpty()) {
      variables.add(plain("GIT_CONFIG_COUNT", String.valueOf(names.size())));
    }
    return variables;
  }

  private static Variable plain(String key, String value) {
    return new Variable(key, value, false, false);
  }

  /** As a short sentence. */
  String action() {
    return "copied the submodules "
        + submodules.stream()
            .map(Copied::name)
            .distinct()
            .limit(10)
            .collect(Collectors.joining(", "));
  }

  @Override
  public void close() {
    submodules.forEach(Copied::close);
  }
}
