package org.newci.deploy.ssh;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names for what this worker lays down at environments. They begin with the worker's id, so that
 * after a crash it knows its own leftovers from what other workers are busy with.
 */
public final class OwnNames {

  private final String worker;
  private final Set<String> inUse = ConcurrentHashMap.newKeySet();

  /** For the worker of that id, letters and digits. */
  public OwnNames(String worker) {
    this.worker = worker;
  }

  /** A name that nobody had before; it is in use until {@link #done}. */
  public String fresh() {
    String name = worker + "-" + UUID.randomUUID().toString().replace("-", "");
    inUse.add(name);
    return name;
  }

  /** Says that nothing is done with that name any more. */
  public void done(String name) {
    inUse.remove(name);
  }

  /** True when this worker gave that name, and is not busy with it (any more). */
  public boolean abandoned(String name) {
    return name.startsWith(worker + "-") && !inUse.contains(name);
  }
}
