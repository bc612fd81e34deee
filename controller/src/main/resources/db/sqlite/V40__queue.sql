-- What turns and totals are decided by.
ALTER TABLE build ADD COLUMN submitter TEXT NOT NULL DEFAULT '';
ALTER TABLE build ADD COLUMN priority INTEGER NOT NULL DEFAULT 1;
ALTER TABLE build ADD COLUMN started_at TEXT;
ALTER TABLE build ADD COLUMN finished_at TEXT;
UPDATE build SET
  submitter = coalesce(
    (SELECT json_extract(body, '$.order.submitter') FROM build_body WHERE build = rank), ''),
  started_at = (SELECT json_extract(body, '$.steps[0].start') FROM build_body WHERE build = rank),
  finished_at = (SELECT json_extract(body, '$.finished_at') FROM build_body WHERE build = rank);
CREATE INDEX build_line ON build (project, submitter, priority, rank) WHERE state = 'QUEUED';
CREATE INDEX build_same ON build (repo, ref, rank) WHERE state = 'QUEUED';
CREATE INDEX build_finished ON build (finished_at, rank) WHERE state = 'FINISHED';

-- When a build of each submitter last started.
CREATE TABLE last_start (
  submitter  TEXT PRIMARY KEY,
  started_at TEXT NOT NULL
);
