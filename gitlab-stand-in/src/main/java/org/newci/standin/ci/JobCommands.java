package org.newci.standin.ci;

import java.util.List;

/**
 * What a job runs.
 *
 * @param script before_script and script in one flat list: they share one shell
 * @param afterScript flat; empty when there is none
 * @param preGetSources {@code hooks: pre_get_sources_script}; empty when there is none
 */
public record JobCommands(
    List<String> script, List<String> afterScript, List<String> preGetSources) {
  public JobCommands {
    script = List.copyOf(script);
    afterScript = List.copyOf(afterScript);
    preGetSources = List.copyOf(preGetSources);
  }
}
