-- What old builds were and what happened to them, out of the way of those that are under way. Their short
-- rows stay in build, where they are listed; 'hot' says where the rest of one is.
ALTER TABLE build ADD COLUMN hot INTEGER NOT NULL DEFAULT 1;
CREATE INDEX build_cooling ON build (finished_at) WHERE state = 'FINISHED' AND hot = 1;
CREATE TABLE old_body (
  build INTEGER PRIMARY KEY REFERENCES build (rank),
  body  TEXT NOT NULL
);
CREATE TABLE old_event (
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
CREATE TRIGGER old_event_is_never_edited BEFORE UPDATE ON old_event
  BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;
CREATE TRIGGER old_event_is_never_deleted BEFORE DELETE ON old_event
  BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;
-- An event goes from one table only when it is in the other.
DROP TRIGGER event_is_never_deleted;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
  WHEN NOT EXISTS (SELECT 1 FROM old_event AS kept WHERE kept.build = OLD.build AND kept.seq = OLD.seq
                   AND kept.at = OLD.at AND kept.body = OLD.body AND kept.sentence = OLD.sentence)
  BEGIN SELECT RAISE(ABORT, 'the event log is never edited'); END;
