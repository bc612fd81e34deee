alter table hooks add column signing_token text;
alter table hooks add column branch_filter_strategy text not null default 'wildcard';
alter table hooks add column failures integer not null default 0;
alter table hooks add column disabled_until integer;
