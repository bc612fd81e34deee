package org.newci.controller.ledger;

/** A database that this controller must not, or cannot, work with; the message is for people. */
public final class DatabaseRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DatabaseRefused(String sentence) {
    super(sentence);
  }

  DatabaseRefused(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
