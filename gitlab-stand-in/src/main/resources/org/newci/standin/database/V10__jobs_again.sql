alter table pipelines add column variables text not null default '[]';
alter table pipelines add column name text;
alter table pipelines add column on_new_commit text not null default 'CONSERVATIVE';
alter table pipelines add column on_job_failure text not null default 'NONE';
alter table jobs add column resource_group text;
alter table jobs add column artifacts text not null default '[]';
alter table jobs add column artifacts_expire_at integer;
alter table jobs add column erased_at integer;
alter table jobs add column scheduled_at integer;
alter table jobs add column dotenv text not null default '[]';
alter table jobs add column given_variables text not null default '[]';
alter table jobs add column retried integer not null default 0;
update jobs
set artifacts = json_array(json_object(
  'type', 'archive', 'format', 'zip', 'filename', artifacts_file, 'size', artifacts_size))
where artifacts_file is not null;
alter table jobs drop column artifacts_file;
alter table jobs drop column artifacts_size;
create index jobs_expiring on jobs (artifacts_expire_at) where artifacts_expire_at is not null;
create index jobs_scheduled on jobs (scheduled_at) where status = 'scheduled';
create index jobs_of_group on jobs (project_id, resource_group) where resource_group is not null;
alter table projects add column auto_cancel_pending_pipelines integer not null default 1;
