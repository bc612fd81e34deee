package org.newci.controller.ledger;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;
import org.newci.controller.registry.ProjectClaims;
import org.newci.controller.registry.RepoUrl;

/** The claims in the ledger's database; those seen since the start are remembered. */
public final class SqlClaims implements ProjectClaims {

  private static final int REMEMBERED = 50_000;

  private final Jdbi reader;
  private final Database database;
  private final Clock clock;
  private final Map<String, String> holders = new ConcurrentHashMap<>();

  public SqlClaims(Database database, Clock clock) {
    this.reader = database.reader();
    this.database = database;
    this.clock = clock;
  }

  @Override
  public boolean claim(String project, RepoUrl repo) {
    String identity = repo.identity();
    String holder = holders.get(project);
    if (holder == null) {
      holder =
          database.write(
              handle -> {
                handle.execute(
                    "INSERT INTO project_claim (project, identity, url, created_at)"
                        + " VALUES (?, ?, ?, ?) ON CONFLICT (project) DO NOTHING",
                    project,
                    identity,
                    repo.text(),
                    clock.instant().toString());
                return handle
                    .createQuery("SELECT identity FROM project_claim WHERE project = ?")
                    .bind(0, project)
                    .mapTo(String.class)
                    .one();
              });
      if (holders.size() < REMEMBERED) {
        holders.put(project, holder);
      }
    }
    return holder.equals(identity);
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
