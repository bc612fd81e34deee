-- Which repository a GitLab project was given to. Never changed: no project gets a second one.
CREATE TABLE project_claim (
  project    TEXT PRIMARY KEY,
  identity   TEXT NOT NULL,
  url        TEXT NOT NULL,
  created_at TEXT NOT NULL
) WITHOUT ROWID;

-- The newest commit that was seen of each watched ref, and how many were.
CREATE TABLE watched_ref (
  identity TEXT    NOT NULL,
  ref      TEXT    NOT NULL,
  commit_id TEXT   NOT NULL,
  seen     INTEGER NOT NULL,
  PRIMARY KEY (identity, ref)
) WITHOUT ROWID;

-- Deployments that are stopped now; the environment '*' is all of them.
CREATE TABLE stop (
  environment TEXT PRIMARY KEY,
  reason      TEXT NOT NULL,
  by          TEXT NOT NULL,
  since       TEXT NOT NULL
) WITHOUT ROWID;

-- Who stopped and resumed what, when and why.
CREATE TABLE stop_event (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  at          TEXT NOT NULL,
  kind        TEXT NOT NULL,
  environment TEXT NOT NULL,
  reason      TEXT NOT NULL,
  by          TEXT NOT NULL
);
CREATE TRIGGER stop_event_is_never_edited BEFORE UPDATE ON stop_event
  BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;
CREATE TRIGGER stop_event_is_never_deleted BEFORE DELETE ON stop_event
  BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;

-- The newest build of a ref, for watches.
CREATE INDEX build_repo ON build (repo, ref, rank);
