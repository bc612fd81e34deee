package org.newci.runner.sandbox;

/**
 * One of the places in which a job can run, one at a time.
 *
 * @param number from 0
 * @param uid the user that the job's processes are, outside of the sandbox; -1 for the runner's own
 */
public record Slot(int number, int uid) {

  /** The runner's own user, who may be anybody but root. */
  public static final int OWN_USER = -1;

  /** True when the slot has a user that nobody else on this machine is. */
  public boolean hasOwnUid() {
    return uid != OWN_USER;
  }
}
