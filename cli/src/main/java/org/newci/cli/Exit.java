package org.newci.cli;

/** Exit codes of every command. */
public final class Exit {

  public static final int OK = 0;

  /** The build, or what the command should do, failed. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** Nobody answered, or the answer was no. */
  public static final int REFUSED = 3;

  /** The build was cancelled. */
  public static final int CANCELLED = 4;

  /** The build, or the wait for it, took too long. */
  public static final int TIMED_OUT = 5;

  private Exit() {}
}
