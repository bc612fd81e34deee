package org.newci.runner.sandbox;

/**
 * What one job may use.
 *
 * @param memoryBytes of all its processes
 * @param processes and threads, at once
 * @param openFiles of one process
 * @param diskBytes of all its files together, and so of the largest
 * @param files how many it may have, folders included
 */
public record Limits(long memoryBytes, int processes, int openFiles, long diskBytes, long files) {

  /** With the given ones; 4096 processes, 8192 open files of each, a million files on disk. */
  public static Limits of(long memoryBytes, long diskBytes) {
    return new Limits(memoryBytes, 4096, 8192, diskBytes, 1_000_000);
  }
}
