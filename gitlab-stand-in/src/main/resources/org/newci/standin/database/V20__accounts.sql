-- Users, bots and groups share their numbers and names: each is a namespace.
alter table users add column kind text not null default 'user';
alter table users add column name text;
create table groups (
  id integer primary key references users (id),
  parent_id integer references groups (id),
  path text not null,
  name text not null,
  description text not null,
  visibility text not null,
  creator_id integer not null
);
create index groups_by_parent on groups (parent_id);
create table members (
  source text not null,
  source_id integer not null,
  user_id integer not null references users (id),
  access_level integer not null,
  created_at integer not null,
  primary key (source, source_id, user_id)
);
create index members_by_user on members (user_id, source);
create table access_tokens (
  id integer primary key autoincrement,
  sha256 text not null unique,
  user_id integer not null references users (id),
  project_id integer,
  name text not null,
  description text,
  scopes text not null,
  access_level integer,
  created_at integer not null,
  expires_on text,
  last_used_at integer,
  revoked integer not null default 0,
  from_file integer not null default 0
);
create index access_tokens_by_project on access_tokens (project_id);
create index access_tokens_by_user on access_tokens (user_id);
alter table protected_branches add column push_access_level integer not null default 40;
alter table protected_branches add column merge_access_level integer not null default 40;
create index projects_by_namespace on projects (namespace_id);
alter table runners add column locked integer not null default 0;
alter table runners add column creator_id integer;
alter table runners add column maintenance_note text;
