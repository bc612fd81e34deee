package org.newci.runner.sandbox;

/** The sandbox itself did not work; the job's command did not run, or nobody knows how it ended. */
public final class SandboxFailure extends Exception {

  private static final long serialVersionUID = 1L;

  public SandboxFailure(String sentence) {
    super(sentence);
  }
}
