-- Old builds' bodies and events; db/sqlite/V42 says what each is for.
ALTER TABLE build ADD COLUMN hot integer NOT NULL DEFAULT 1;
CREATE INDEX build_cooling ON build (finished_at) WHERE state = 'FINISHED' AND hot = 1;
CREATE TABLE old_body (
  build bigint PRIMARY KEY REFERENCES build (rank),
  body  text NOT NULL
);
CREATE TABLE old_event (
  build    bigint NOT NULL REFERENCES build (rank),
  seq      bigint NOT NULL,
  at       text   NOT NULL,
  kind     text   NOT NULL,
  state    text   NOT NULL,
  outcome  text,
  sentence text   NOT NULL,
  body     text   NOT NULL,
  PRIMARY KEY (build, seq)
);
CREATE TRIGGER old_event_is_never_edited BEFORE UPDATE OR DELETE ON old_event
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
CREATE FUNCTION refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM old_event AS kept WHERE kept.build = OLD.build AND kept.seq = OLD.seq
                 AND kept.at = OLD.at AND kept.body = OLD.body AND kept.sentence = OLD.sentence) THEN
    RAISE EXCEPTION 'the event log is never edited';
  END IF;
  RETURN OLD;
END $$;
DROP TRIGGER event_is_never_edited ON event;
CREATE TRIGGER event_is_never_edited BEFORE UPDATE ON event
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
CREATE TRIGGER event_is_never_lost BEFORE DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION refuse_loss();
