package org.newci.standin.ci;

import java.util.Optional;

/**
 * Where a job stands in its pipeline.
 *
 * @param name unique in the pipeline: {@code test}, {@code test 1/3}, {@code test: [a, b]}
 * @param group the name that the file has; several jobs share it when the job is parallel
 * @param stageIndex place of the stage in {@link Compiled.Pipeline#stages()}
 * @param node empty unless the job is one of several parallel ones
 */
public record JobPlace(
    String name, String group, String stage, int stageIndex, Optional<Node> node) {

  /** One of several parallel jobs: {@code CI_NODE_INDEX} (from 1) of {@code CI_NODE_TOTAL}. */
  public record Node(int index, int total) {}
}
