package org.newci.controller.ledger;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.newci.controller.build.Order;
import org.newci.controller.registry.ProjectClaims;

/** The claims in the ledger's database; those seen since the start are remembered. */
public final class SqlClaims implements ProjectClaims {

  private static final int REMEMBERED = 50_000;

  private final Jdbi reader;
  private final Clock clock;
  private final Map<String, String> holders = new ConcurrentHashMap<>();

  public SqlClaims(Database database, Clock clock) {
    this.reader = database.reader();
    this.clock = clock;
  }

  /**
   * Gives the order's project to its repository; false if another one has it.
   *
   * @param identity the repository's
   */
  boolean claim(Handle handle, Order order, String identity) {
    String holder = holders.get(order.project());
    if (holder != null) {
      return holder.equals(identity);
    }
    int added =
        Direct.update(
            handle,
            "INSERT INTO project_claim (project, identity, url, created_at) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (project) DO NOTHING",
            order.project(),
            identity,
            order.repo(),
            clock.instant().toString());
    return added > 0
        || handle
            .createQuery("SELECT identity FROM project_claim WHERE project = ?")
            .bind(0, order.project())
            .mapTo(String.class)
            .one()
            .equals(identity);
  }

  /** After the claim is on the disk: it needs not be looked for again. */
  void remember(String project, String identity) {
    if (holders.size() < REMEMBERED) {
      holders.putIfAbsent(project, identity);
    }
  }

  @Override
  public List<Known> known(int most) {
    return reader.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT identity, url FROM project_claim ORDER BY created_at DESC LIMIT ?")
                .bind(0, most)
                .map((row, context) -> new Known(row.getString("identity"), row.getString("url")))
                .list());
  }
}
