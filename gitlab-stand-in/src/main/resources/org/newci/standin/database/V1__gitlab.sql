create table users (
  id integer primary key autoincrement,
  username text not null unique,
  created_at integer not null
);
create table projects (
  id integer primary key autoincrement,
  namespace_id integer not null references users (id),
  namespace text not null,
  path text not null,
  name text not null,
  description text,
  visibility text not null,
  default_branch text,
  ci_config_path text,
  build_timeout integer not null,
  auto_devops_enabled integer not null,
  creator_id integer not null,
  created_at integer not null,
  updated_at integer not null,
  marked_for_deletion_on text
);
create unique index projects_by_path on projects (namespace collate nocase, path collate nocase);
create table moved_paths (
  full_path text primary key collate nocase,
  project_id integer not null
);
create table protected_branches (
  project_id integer not null,
  name text not null,
  allow_force_push integer not null,
  primary key (project_id, name)
);
create table variables (
  project_id integer not null,
  key text not null,
  value text not null,
  variable_type text not null,
  protected integer not null,
  masked integer not null,
  hidden integer not null,
  raw integer not null,
  environment_scope text not null,
  description text,
  primary key (project_id, key, environment_scope)
);
create table hooks (
  id integer primary key autoincrement,
  project_id integer not null,
  url text not null,
  token text,
  name text,
  description text,
  events text not null,
  enable_ssl_verification integer not null,
  push_events_branch_filter text,
  created_at integer not null
);
create index hooks_by_project on hooks (project_id);
create table pipelines (
  id integer primary key autoincrement,
  iid integer not null,
  project_id integer not null,
  user_id integer not null,
  sha text not null,
  before_sha text not null,
  ref text not null,
  tag integer not null,
  source text not null,
  status text not null,
  stages text not null,
  yaml_errors text,
  created_at integer not null,
  updated_at integer not null,
  started_at integer,
  finished_at integer
);
create index pipelines_by_project on pipelines (project_id, id);
create table jobs (
  id integer primary key autoincrement,
  pipeline_id integer not null,
  project_id integer not null,
  position integer not null,
  name text not null,
  stage text not null,
  definition text not null,
  status text not null,
  tags text not null,
  allow_failure integer not null,
  timeout integer not null,
  runner_id integer,
  failure_reason text,
  exit_code integer,
  artifacts_file text,
  artifacts_size integer,
  created_at integer not null,
  queued_at integer,
  started_at integer,
  finished_at integer,
  heard_at integer,
  cancel_gracefully integer not null default 0
);
create index jobs_by_pipeline on jobs (pipeline_id, position);
create index jobs_by_project on jobs (project_id, id);
create index jobs_unfinished on jobs (status, id)
  where status in ('pending', 'running', 'canceling');
create table runners (
  id integer primary key autoincrement,
  token_sha256 text not null unique,
  runner_type text not null,
  project_id integer,
  description text,
  tags text not null,
  run_untagged integer not null,
  paused integer not null,
  maximum_timeout integer,
  created_at integer not null,
  contacted_at integer
);
