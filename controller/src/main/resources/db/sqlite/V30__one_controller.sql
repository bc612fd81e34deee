-- Here one controller does everything: what PostgreSQL's V30 adds for several has no counterpart.
SELECT 1;
