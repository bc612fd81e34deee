package org.newci.controller.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Jdbi;

/** The database's time, which all controllers have in common: our own and how far it is off. */
final class DatabaseClock extends Clock {

  private final Clock own;
  private volatile Duration off = Duration.ZERO;

  DatabaseClock(Clock own) {
    this.own = own;
  }

  /** Looks how late it is there. */
  void compare(Jdbi database) {
    long millis =
        database.withHandle(
            handle -> {
              handle.execute("SELECT 1");
              Instant before = own.instant();
              long there =
                  handle
                      .createQuery("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
                      .mapTo(Long.class)
                      .one();
              long middle = (before.toEpochMilli() + own.instant().toEpochMilli()) / 2;
              return there - middle;
            });
    off = Duration.ofMillis(millis);
  }

  @Override
  public Instant instant() {
    return own.instant().plus(off);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
