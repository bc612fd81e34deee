-- What turns and totals are decided by; db/sqlite/V40 says what each is for.
ALTER TABLE build ADD COLUMN submitter text NOT NULL DEFAULT '';
ALTER TABLE build ADD COLUMN priority integer NOT NULL DEFAULT 1;
ALTER TABLE build ADD COLUMN started_at text COLLATE "C";
ALTER TABLE build ADD COLUMN finished_at text COLLATE "C";
UPDATE build SET
  submitter = coalesce(body::json -> 'order' ->> 'submitter', ''),
  started_at = body::json -> 'steps' -> 0 ->> 'start',
  finished_at = body::json ->> 'finished_at'
FROM build_body WHERE build_body.build = rank;
CREATE INDEX build_line ON build (project, submitter, priority, rank) WHERE state = 'QUEUED';
CREATE INDEX build_same ON build (repo, ref, rank) WHERE state = 'QUEUED';
CREATE INDEX build_finished ON build (finished_at, rank) WHERE state = 'FINISHED';

CREATE TABLE last_start (
  submitter  text PRIMARY KEY,
  started_at text COLLATE "C" NOT NULL
);
