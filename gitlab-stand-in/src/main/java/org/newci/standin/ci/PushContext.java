package org.newci.standin.ci;

import java.util.Map;

/**
 * What the rules of a file can look at.
 *
 * @param refName the short name of the branch or tag, such as {@code master}
 * @param tag whether the ref is a tag
 * @param source what started the pipeline, in GitLab's words: push, api, web, trigger, schedule
 * @param predefined the {@code CI_*} that are known before there is a pipeline; the file's
 *     variables win over these
 * @param settings the project's variables and, over them, the pipeline's; these win over the file's
 */
public record PushContext(
    String refName,
    boolean tag,
    String source,
    Map<String, String> predefined,
    Map<String, String> settings,
    CommitFiles files) {
  public PushContext {
    predefined = Map.copyOf(predefined);
    settings = Map.copyOf(settings);
  }

  /** Without settings, and without files beside the CI file. */
  public PushContext(String refName, boolean tag, String source, Map<String, String> predefined) {
    this(refName, tag, source, predefined, Map.of(), CommitFiles.NONE);
  }
}
