-- Finished builds of each repository, so that nobody has to count them.
CREATE TABLE tally (
  repo     text PRIMARY KEY,
  finished bigint NOT NULL
);
INSERT INTO tally SELECT repo, count(*) FROM build WHERE state = 'FINISHED' GROUP BY repo;
