package org.newci.controller.ledger;

import static java.util.stream.Collectors.joining;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Effect;
import org.newci.controller.build.EventKind;
import org.newci.controller.build.Lease;
import org.newci.controller.registry.ProjectClaims;
import org.newci.controller.registry.RepoUrl;
import org.newci.shell.json.Json;

/** The ledger in a database. Its tables are described in {@code db/sqlite/V1__builds.sql}. */
public final class SqlLedger implements BuildLedger {

  /** How long an idempotency key is remembered. */
  public static final Duration ONCE_KEPT = Duration.ofHours(24);

  /** The whole of a build, be it archived. */
  static final String BODY =
      "SELECT coalesce(build_body.body, old_body.body) FROM build LEFT JOIN build_body ON"
          + " build_body.build = rank LEFT JOIN old_body ON old_body.build = rank";

  /** Who looks at the queue may have looked too early. */
  static final String PROJECT_IS_FREE =
      " AND NOT EXISTS (SELECT 1 FROM build other WHERE other.project = build.project AND"
          + " other.state <> 'FINISHED' AND other.state IN ('MIRRORING', 'BUILDING', 'COLLECTING'))";

  private final Database database;
  private final Jdbi reader;
  private final Clock clock;
  private final WaitingCount waiting;
  private final SqlClaims claims;

  public SqlLedger(Database database, Clock clock) {
    this.database = database;
    this.reader = database.reader();
    this.clock = clock;
    this.waiting = new WaitingCount(database.countsGoodFor());
    this.claims = new SqlClaims(database, clock);
    database.whenUndone(waiting::forget);
  }

  /** Which repositories have GitLab projects. */
  public ProjectClaims claims() {
    return claims;
  }

  @Override
  public Added add(Build fresh, @Nullable OnceKey once, int limit) {
    // Off the one thread that may write.
    String repo = RepoUrl.parse(fresh.order().repo()).identity();
    Added added = database.write(handle -> add(handle, fresh, repo, once, limit));
    if (added instanceof Fresh) {
      claims.remember(fresh.order().project(), repo);
      database.news().moved(fresh.id());
    }
    return added;
  }

  private Added add(Handle handle, Build fresh, String repo, @Nullable OnceKey once, int limit) {
    if (once != null) {
      Added before = knownBefore(handle, once);
      if (before != null) {
        return before;
      }
    }
    int before = waiting.get(() -> countWaiting(handle));
    if (before >= limit) {
      return new QueueFull(before);
    }
    var order = fresh.order();
    database.holdProject(handle, order.project());
    if (!claims.claim(handle, order, repo)) {
      return new ProjectTaken();
    }
    long rank =
        Direct.number(
            handle,
            "INSERT INTO build (id, version, project, state, sentence, repo, ref, artifact,"
                + " created_at, submitter, priority) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " RETURNING rank",
            fresh.id().text(),
            fresh.version(),
            order.project(),
            fresh.state().name(),
            fresh.sentence(),
            order.repo(),
            order.ref(),
            order.artifact(),
            order.createdAt().toString(),
            order.submitter(),
            order.priority().place());
    Build ranked = fresh.ranked(rank);
    Direct.update(
        handle, "INSERT INTO build_body (build, body) VALUES (?, ?)", rank, Json.write(ranked));
    append(handle, ranked, new BuildEvent.Submitted(order), order.createdAt());
    if (once != null) {
      handle.execute(
          "INSERT INTO once (subject, key, digest, build, created_ms) VALUES (?, ?, ?, ?, ?)",
          once.subject(),
          once.key(),
          once.digest(),
          fresh.id().text(),
          clock.millis());
    }
    waiting.oneMore();
    return new Fresh(ranked);
  }

  private @Nullable Added knownBefore(Handle handle, OnceKey once) {
    handle.execute("DELETE FROM once WHERE created_ms < ?", clock.millis() - ONCE_KEPT.toMillis());
    return handle
        .createQuery("SELECT digest, build FROM once WHERE subject = ? AND key = ?")
        .bind(0, once.subject())
        .bind(1, once.key())
        .map(
            (row, context) ->
                row.getString("digest").equals(once.digest())
                    ? new Known(new BuildId(row.getString("build")))
                    : new KeyTaken())
        .findOne()
        .orElse(null);
  }

  @Override
  public Optional<Build> find(BuildId id) {
    return reader.withHandle(
        handle ->
            handle
                .createQuery(BODY + " WHERE id = ?")
                .bind(0, id.text())
                .mapTo(String.class)
                .map(SqlLedger::build)
                .findOne());
  }

  @Override
  public boolean advance(Decision.Move move, BuildEvent event, Instant at, @Nullable Lease under) {
    boolean moved = database.write(handle -> advance(handle, move, event, at, under));
    if (moved) {
      database.news().moved(move.next().id());
    }
    return moved;
  }

  @Override
  public boolean isHeld(Lease lease) {
    return reader.withHandle(handle -> database.isHeld(handle, lease));
  }

  private boolean advance(
      Handle handle, Decision.Move move, BuildEvent event, Instant at, @Nullable Lease under) {
    if (under != null && !database.isHeld(handle, under)) {
      return false;
    }
    if (event instanceof BuildEvent.DeployBegun && isStopped(handle, move.next())) {
      return false;
    }
    Build next = move.next();
    var artifact = next.found().artifact();
    int moved =
        handle
            .createUpdate(
                "UPDATE build SET version = :version, state = :state, outcome = :outcome,"
                    + " sentence = :sentence, sequence = :sequence, started_at = :started,"
                    + " finished_at = :finished WHERE rank = :rank AND"
                    + " version = :version - 1"
                    + (event instanceof BuildEvent.Started ? PROJECT_IS_FREE : ""))
            .bind("version", next.version())
            .bind("state", next.state().name())
            .bind("outcome", next.outcome() == null ? null : next.outcome().name())
            .bind("sentence", next.sentence())
            .bind("sequence", artifact == null ? null : artifact.sequence())
            .bind("rank", next.rank())
            .bind("started", started(next))
            .bind("finished", next.finishedAt() == null ? null : next.finishedAt().toString())
            .execute();
    if (moved == 0) {
      return false;
    }
    handle.execute("UPDATE build_body SET body = ? WHERE build = ?", Json.write(next), next.rank());
    append(handle, next, event, at);
    if (event instanceof BuildEvent.Started) {
      QueueRows.noteStart(handle, next.order().submitter(), at);
    }
    if (next.state() == BuildState.FINISHED) {
      handle.execute(
          "INSERT INTO tally (repo, finished) VALUES (?, 1) ON CONFLICT (repo) DO UPDATE SET"
              + " finished = tally.finished + 1",
          next.order().repo());
    }
    boolean waited =
        event instanceof BuildEvent.Started
            || (next.state() == BuildState.FINISHED && next.steps().isEmpty());
    if (waited) {
      waiting.oneLess();
    }
    want(handle, next, move.effects());
    return true;
  }

  /** Another controller may have been told of a stop since this one looked. */
  private boolean isStopped(Handle handle, Build build) {
    database.holdStops(handle, false);
    return handle
        .createQuery("SELECT 1 FROM stop WHERE environment IN ('*', ?) LIMIT 1")
        .bind(0, build.order().grant().environment())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** What is wanted on keeps its owner. */
  private static void want(Handle handle, Build build, Set<Effect> effects) {
    String names = effects.stream().map(Effect::name).collect(joining("', '", "'", "'"));
    handle.execute(
        "DELETE FROM wanted WHERE build = ? AND effect NOT IN (%s)".formatted(names), build.rank());
    for (Effect effect : effects) {
      handle.execute(
          "INSERT INTO wanted (build, effect) VALUES (?, ?) ON CONFLICT DO NOTHING",
          build.rank(),
          effect.name());
    }
  }

  private static @Nullable String started(Build build) {
    return build.steps().isEmpty() ? null : build.steps().getFirst().start().toString();
  }

  private static int countWaiting(Handle handle) {
    return handle
        .createQuery("SELECT count(*) FROM build WHERE state = 'QUEUED'")
        .mapTo(Integer.class)
        .one();
  }

  private static void append(Handle handle, Build build, BuildEvent event, Instant at) {
    Direct.update(
        handle,
        "INSERT INTO event (build, seq, at, kind, state, outcome, sentence, body)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        build.rank(),
        build.version(),
        at.toString(),
        event.kind().name(),
        build.state().name(),
        build.outcome() == null ? null : build.outcome().name(),
        build.sentence(),
        Json.write(event));
  }

  @Override
  public Queue queue(int each) {
    return reader.inTransaction(handle -> QueueRows.read(handle, each));
  }

  @Override
  public int underWay() {
    return reader.withHandle(QueueRows::underWay);
  }

  @Override
  public int ahead(Build build) {
    return reader.withHandle(handle -> QueueRows.ahead(handle, build));
  }

  @Override
  public List<BuildId> olderInQueue(Build build) {
    return reader.withHandle(handle -> QueueRows.older(handle, build));
  }

  @Override
  public Optional<BuildId> newerInQueue(Build build) {
    return reader.withHandle(handle -> QueueRows.newer(handle, build));
  }

  @Override
  public List<Active> active() {
    // One statement, so that a build and what it wants are of one moment.
    return reader.withHandle(
        handle -> {
          Map<String, Set<Effect>> wanted = new LinkedHashMap<>();
          handle
              .createQuery(
                  "SELECT body, effect FROM build JOIN build_body ON build_body.build = rank LEFT"
                      + " JOIN wanted ON wanted.build = rank WHERE %s ORDER BY rank"
                          .formatted(QueueRows.BUSY))
              .map((row, context) -> new String[] {row.getString("body"), row.getString("effect")})
              .forEach(
                  row -> {
                    Set<Effect> all =
                        wanted.computeIfAbsent(row[0], body -> EnumSet.noneOf(Effect.class));
                    if (row[1] != null) {
                      all.add(Effect.valueOf(row[1]));
                    }
                  });
          return wanted.entrySet().stream()
              .map(entry -> new Active(build(entry.getKey()), entry.getValue()))
              .toList();
        });
  }

  @Override
  public List<Build> held() {
    return reader.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT body FROM build JOIN build_body ON build = rank WHERE state <>"
                        + " 'FINISHED' AND state = 'HELD' ORDER BY sequence, rank")
                .mapTo(String.class)
                .map(SqlLedger::build)
                .list());
  }

  @Override
  public long nextSequence() {
    return database.nextSequence();
  }

  static Build build(String body) {
    try {
      return Json.lenient().readValue(body, Build.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a build in the ledger is not readable", e);
    }
  }

  static BuildEvent event(EventKind kind, String body) {
    try {
      return Json.lenient().readValue(body, kind.type());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("an event in the ledger is not readable", e);
    }
  }
}
