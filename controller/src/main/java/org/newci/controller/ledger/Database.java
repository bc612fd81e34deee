package org.newci.controller.ledger;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Leases;
import org.newci.controller.build.News;

/**
 * Where the tables of the controller lie, and the few things in which the two kinds of database
 * differ. All other SQL is the same for both.
 */
public sealed interface Database extends AutoCloseable permits SqliteDatabase, PostgresDatabase {

  /** Connections for reading. */
  Jdbi reader();

  /**
   * Runs that in a transaction; returns when it is on the disk. The body may be run more than once:
   * it must do nothing but use the handle.
   */
  <T> T write(Function<Handle, T> body);

  /** Calls that after something that was run is not kept. */
  void whenUndone(Runnable told);

  /** An expression for the text of that column as JSON. */
  String jsonOf(String column);

  /**
   * What stands for all that can be read now. While a later call answers the same, nothing that was
   * read after the first one has changed.
   */
  String state();

  /**
   * Until the transaction ends nobody else adds a build to that project, so that ranks of one
   * project become visible in their order.
   */
  void holdProject(Handle handle, String project);

  /**
   * Until the transaction ends nobody stops deployments; or, for who stops them, no deployment
   * begins.
   */
  void holdStops(Handle handle, boolean stopping);

  /** How long this process may trust a number of rows that others change too. */
  Duration countsGoodFor();

  /** A number for a deployment, higher than any before. */
  long nextSequence();

  /** Who of the controllers on this database does what. */
  Leases leases();

  /** What the controllers on this database tell each other. */
  News news();

  /** The time that they all go by, which is the given one for a controller that is alone. */
  Clock clock(Clock own);

  /** True if nobody else was given that lease meanwhile. */
  boolean isHeld(Handle handle, Lease lease);

  @Override
  void close();
}
