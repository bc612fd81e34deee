package org.newci.standin.ci;

/**
 * The files do not make one tree that jobs can be read from; the message is GitLab's or like it.
 */
final class Unusable extends Exception {
  private static final long serialVersionUID = 1L;

  Unusable(String sentence) {
    super(sentence);
  }

  /** The sentence. */
  String sentence() {
    return String.valueOf(getMessage());
  }
}
