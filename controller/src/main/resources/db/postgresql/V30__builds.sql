-- The same tables as db/sqlite up to V30, which says what each is for, and what several controllers
-- need beside them.

CREATE TABLE build (
  rank       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id         text   NOT NULL UNIQUE,
  version    bigint NOT NULL,
  project    text   NOT NULL,
  state      text   NOT NULL,
  outcome    text,
  sentence   text   NOT NULL,
  repo       text   NOT NULL,
  ref        text   NOT NULL,
  artifact   text,
  created_at text   COLLATE "C" NOT NULL,
  sequence   bigint
);
CREATE INDEX build_unfinished ON build (state, project, rank) WHERE state <> 'FINISHED';
CREATE INDEX build_sequence ON build (sequence) WHERE sequence IS NOT NULL;
CREATE INDEX build_repo ON build (repo, ref, rank);
-- Two controllers may look at the queue at one moment: builds of one project still never overlap.
CREATE UNIQUE INDEX build_one_a_project ON build (project)
  WHERE state IN ('MIRRORING', 'BUILDING', 'COLLECTING');

CREATE TABLE build_body (
  build bigint PRIMARY KEY REFERENCES build (rank),
  body  text NOT NULL
);

CREATE TABLE event (
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

-- Who does it, until when by this database's clock, and under which fence: the highest is the one
-- who may; nobody while the owner is null.
CREATE TABLE wanted (
  build   bigint NOT NULL REFERENCES build (rank),
  effect  text   NOT NULL,
  owner   text,
  expires timestamptz,
  fence   bigint,
  PRIMARY KEY (build, effect)
);

-- Both begin above whatever a controller on SQLite has written on GitLab projects and at targets, so
-- that one may move to PostgreSQL.
CREATE SEQUENCE fence START 1000000000;
CREATE SEQUENCE deployment_sequence START 1000000000;

CREATE TABLE once (
  subject    text   NOT NULL,
  key        text   NOT NULL,
  digest     text   NOT NULL,
  build      text   NOT NULL,
  created_ms bigint NOT NULL,
  PRIMARY KEY (subject, key)
);
CREATE INDEX once_age ON once (created_ms);

CREATE TABLE project_claim (
  project    text PRIMARY KEY,
  identity   text NOT NULL,
  url        text NOT NULL,
  created_at text COLLATE "C" NOT NULL
);

CREATE TABLE watched_ref (
  identity  text   NOT NULL,
  ref       text   NOT NULL,
  commit_id text   NOT NULL,
  seen      bigint NOT NULL,
  PRIMARY KEY (identity, ref)
);

CREATE TABLE stop (
  environment text COLLATE "C" PRIMARY KEY,
  reason      text NOT NULL,
  by          text NOT NULL,
  since       text NOT NULL
);

CREATE TABLE stop_event (
  seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          text NOT NULL,
  kind        text NOT NULL,
  environment text NOT NULL,
  reason      text NOT NULL,
  by          text NOT NULL
);

CREATE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event log is never edited';
END $$;
CREATE TRIGGER event_is_never_edited BEFORE UPDATE OR DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();
CREATE TRIGGER stop_event_is_never_edited BEFORE UPDATE OR DELETE ON stop_event
  FOR EACH ROW EXECUTE FUNCTION refuse_edit();

-- One role of all controllers at a time: looking at the queue, releasing what was held, watching.
CREATE TABLE duty (
  name    text PRIMARY KEY,
  owner   text NOT NULL,
  expires timestamptz NOT NULL
);
