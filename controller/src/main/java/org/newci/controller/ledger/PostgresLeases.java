package org.newci.controller.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.newci.controller.build.Build;
import org.newci.controller.build.Effect;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Leases;

/**
 * Leases in the table {@code wanted}: owner, expiry by the database's clock, and a fence out of one
 * sequence for all. Duties are rows of their own.
 */
final class PostgresLeases implements Leases {

  /** A duty is renewed when that part of its time is over. */
  private static final int RENEWED_AFTER_PART = 3;

  /** Nobody waits longer than that for a duty of a controller that is gone. */
  private static final Duration LONGEST_DUTY = Duration.ofSeconds(10);

  private final PostgresDatabase database;
  private final String owner;
  private final Duration time;
  private final Duration dutyTime;
  private final Map<Duty, Long> renewed = new EnumMap<>(Duty.class);

  PostgresLeases(PostgresDatabase database, String owner, Duration time) {
    this.database = database;
    this.owner = owner;
    this.time = time;
    this.dutyTime = time.compareTo(LONGEST_DUTY) < 0 ? time : LONGEST_DUTY;
  }

  @Override
  public Optional<Lease> take(Build build, Effect effect) {
    return database
        .write(
            handle ->
                handle
                    .createQuery(
                        "UPDATE wanted SET owner = :owner, fence = nextval('fence'), expires ="
                            + " now() + :ms * interval '1 ms' WHERE (build, effect) IN (SELECT"
                            + " build, effect FROM wanted WHERE build = :build AND effect ="
                            + " :effect AND (owner IS NULL OR owner = :owner OR expires < now())"
                            + " FOR UPDATE SKIP LOCKED) RETURNING fence")
                    .bind("owner", owner)
                    .bind("ms", time.toMillis())
                    .bind("build", build.rank())
                    .bind("effect", effect.name())
                    .mapTo(Long.class)
                    .findOne())
        .map(fence -> new Lease(build.id(), build.rank(), effect, fence));
  }

  @Override
  public Set<Lease> renew(Collection<Lease> held) {
    return database.write(
        handle -> {
          Set<Lease> lost = new HashSet<>();
          for (Lease lease : held) {
            int renewedRows =
                handle.execute(
                    "UPDATE wanted SET expires = now() + ? * interval '1 ms' WHERE build = ? AND"
                        + " effect = ? AND fence = ? AND owner = ?",
                    time.toMillis(),
                    lease.rank(),
                    lease.effect().name(),
                    lease.fence(),
                    owner);
            if (renewedRows == 0) {
              lost.add(lease);
            }
          }
          return lost;
        });
  }

  @Override
  public void giveBack(Lease lease) {
    int _ =
        database.write(
            handle ->
                handle.execute(
                    "UPDATE wanted SET owner = NULL, expires = NULL WHERE build = ? AND effect = ?"
                        + " AND fence = ? AND owner = ?",
                    lease.rank(),
                    lease.effect().name(),
                    lease.fence(),
                    owner));
  }

  @Override
  public synchronized boolean leads(Duty duty) {
    Long last = renewed.get(duty);
    // This clock goes on while the process is stopped.
    if (last != null && System.nanoTime() - last < dutyTime.toNanos() / RENEWED_AFTER_PART) {
      return true;
    }
    long now = System.nanoTime();
    int rows =
        database.write(
            handle ->
                handle.execute(
                    "INSERT INTO duty (name, owner, expires) VALUES (?, ?, now() + ? * interval"
                        + " '1 ms') ON CONFLICT (name) DO UPDATE SET owner = excluded.owner,"
                        + " expires = excluded.expires WHERE duty.owner = excluded.owner OR"
                        + " duty.expires < now()",
                    duty.name(),
                    owner,
                    dutyTime.toMillis()));
    if (rows == 1) {
      renewed.put(duty, now);
    } else {
      renewed.remove(duty);
    }
    return rows == 1;
  }

  @Override
  public synchronized void giveBackAll() {
    renewed.clear();
    int _ =
        database.write(
            handle ->
                handle.execute(
                        "UPDATE wanted SET owner = NULL, expires = NULL WHERE owner = ?", owner)
                    + handle.execute("DELETE FROM duty WHERE owner = ?", owner));
  }
}
