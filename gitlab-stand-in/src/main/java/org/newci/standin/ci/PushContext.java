package org.newci.standin.ci;

import java.util.Map;

/**
 * What the rules of a file can look at.
 *
 * @param refName the short name of the branch or tag, such as {@code master}
 * @param tag whether the ref is a tag
 * @param source what started the pipeline, in GitLab's words: push, api, web, trigger, schedule
 * @param variables everything visible to rules except what the file itself defines: the predefined
 *     {@code CI_*}, the project's and the pipeline's; these win over the file's
 */
public record PushContext(
    String refName, boolean tag, String source, Map<String, String> variables) {
  public PushContext {
    variables = Map.copyOf(variables);
  }
}
