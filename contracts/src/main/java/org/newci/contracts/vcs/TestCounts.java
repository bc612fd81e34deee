package org.newci.contracts.vcs;

import java.util.List;

/**
 * What the JUnit reports of a pipeline's jobs say together.
 *
 * @param failed tests that failed, those among them that ended in an error too
 * @param failing the names of the first of them, {@code CLASS.NAME}; never more than 50
 */
public record TestCounts(int total, int passed, int failed, int skipped, List<String> failing) {

  public TestCounts {
    failing = List.copyOf(failing);
  }
}
