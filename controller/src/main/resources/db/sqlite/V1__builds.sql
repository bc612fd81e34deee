-- One short row a build: what the queue and the status are read from.
CREATE TABLE build (
  rank       INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT    NOT NULL UNIQUE,
  version    INTEGER NOT NULL,
  project    TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  outcome    TEXT,
  sentence   TEXT    NOT NULL,
  repo       TEXT    NOT NULL,
  ref        TEXT    NOT NULL,
  artifact   TEXT,
  created_at TEXT    NOT NULL,
  sequence   INTEGER
);
CREATE INDEX build_unfinished ON build (state, project, rank) WHERE state <> 'FINISHED';
CREATE INDEX build_sequence ON build (sequence) WHERE sequence IS NOT NULL;

-- The whole build as JSON, apart, so that the rows above stay short.
CREATE TABLE build_body (
  build INTEGER PRIMARY KEY REFERENCES build (rank),
  body  TEXT NOT NULL
);

-- Every event in order; with the body, each decision can be repeated.
CREATE TABLE event (
  build    INTEGER NOT NULL REFERENCES build (rank),
  seq      INTEGER NOT NULL,
  at       TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  state    TEXT    NOT NULL,
  outcome  TEXT,
  sentence TEXT    NOT NULL,
  body     TEXT    NOT NULL,
  PRIMARY KEY (build, seq)
) WITHOUT ROWID;
CREATE TRIGGER event_is_never_edited BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;

-- What an unfinished build wants done: read again after a restart.
CREATE TABLE wanted (
  build  INTEGER NOT NULL REFERENCES build (rank),
  effect TEXT    NOT NULL,
  PRIMARY KEY (build, effect)
) WITHOUT ROWID;

-- Idempotency-Key of POST /cd.
CREATE TABLE once (
  subject    TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  digest     TEXT    NOT NULL,
  build      TEXT    NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (subject, key)
) WITHOUT ROWID;
CREATE INDEX once_age ON once (created_ms);
