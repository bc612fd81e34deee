package org.newci.runner.sandbox;

/**
 * What one job may use.
 *
 * @param memoryBytes of all its processes
 * @param processes and threads, at once
 * @param openFiles of one process
 * @param fileBytes of the largest file
 */
public record Limits(long memoryBytes, int processes, int openFiles, long fileBytes) {

  /** With the given ones; 4096 processes, 8192 open files. */
  public static Limits of(long memoryBytes, long fileBytes) {
    return new Limits(memoryBytes, 4096, 8192, fileBytes);
  }
}
