package org.newci.standin.rest;

/** The path was that project's former one; reading calls are sent to its address by number. */
public final class Moved extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String location;

  public Moved(String location) {
    super(location, null, false, false);
    this.location = location;
  }

  public String location() {
    return location;
  }
}
