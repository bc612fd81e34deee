package org.newci.controller.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL database, and as whom to speak to it. Prints without its secrets.
 *
 * @param url {@code jdbc:postgresql://HOST:PORT/NAME}, perhaps with parameters of the driver
 * @param user null when the URL says it
 * @param password null when the URL says it, or none is needed
 */
public record PostgresAddress(String url, @Nullable String user, @Nullable String password) {

  private static final String PREFIX = "jdbc:postgresql:";

  public PostgresAddress {
    if (!url.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "NEWCI_DATABASE_URL is '%s' (expected %s//HOST:PORT/NAME, or nothing for SQLite)"
              .formatted(shown(url), PREFIX));
    }
  }

  /** The URL without what may be secret in it. */
  String shown() {
    return shown(url);
  }

  private static String shown(String url) {
    return url.replaceAll("\\?.*", "").replaceAll("//[^/@]*@", "//…@");
  }

  @Override
  public String toString() {
    return "PostgresAddress[%s]".formatted(shown());
  }
}
