"""Walks through the REST API with python-gitlab: URL TOKEN PROJECT [PATH-OF-ARTIFACT]."""

import sys

import gitlab

url, token, name = sys.argv[1:4]
gl = gitlab.Gitlab(url, private_token=token, retry_transient_errors=False)
gl.auth()
assert gl.user.username == "root", gl.user
assert gl.version()[0].startswith("18."), gl.version()

project = gl.projects.get("root/" + name)
assert project.default_branch == "master", project.default_branch
assert [p.id for p in gl.projects.list(search=name, iterator=True)] == [project.id]
keyset = gl.projects.list(
    pagination="keyset", order_by="id", per_page=1, iterator=True
)
assert project.id in [p.id for p in keyset]
project.description = "words"
project.save()

made = gl.projects.create({"name": name + " second"})
made.delete()
marked = gl.projects.get(made.id)
assert marked.path == "%s-second-deletion_scheduled-%d" % (name, made.id), marked.path
marked.restore()
assert gl.projects.get(made.id).path == name + "-second"

group = gl.groups.create({"name": "Snakes", "path": "snakes"})
inner = gl.projects.create({"name": "boa", "namespace_id": group.id})
assert [p.path_with_namespace for p in group.projects.list()] == ["snakes/boa"]
assert gl.namespaces.list(search="snakes")[0].kind == "group"
assert inner.namespace["full_path"] == "snakes"

project.variables.create({"key": "A", "value": "12345678", "masked": True})
variable = project.variables.get("A")
variable.value = "87654321"
variable.save()
assert [v.value for v in project.variables.list()] == ["87654321"]
try:
    project.variables.create({"key": "A", "value": "x"})
    raise AssertionError("a second variable A was taken")
except gitlab.exceptions.GitlabCreateError as e:
    assert "has already been taken" in str(e), e
variable.delete()

hook = project.hooks.create({"url": "http://localhost:1/x", "job_events": True})
hook.pipeline_events = True
hook.save()
assert project.hooks.get(hook.id).pipeline_events
hook.delete()

branch = project.branches.create({"branch": "next", "ref": "master"})
assert sorted(b.name for b in project.branches.list()) == ["master", "next"]
rule = project.protectedbranches.create({"name": "next"})
assert project.branches.get("next").protected
rule.delete()
branch.delete()
commit = project.commits.list(ref_name="master")[0]
assert commit.title.startswith("Change "), commit.title
assert commit.diff()[0]["new_file"]
assert project.files.get(".gitlab-ci.yml", ref="master").decode().startswith(b"build:")
assert project.files.raw(".gitlab-ci.yml", ref="master").startswith(b"build:")
assert ".gitlab-ci.yml" in [f["name"] for f in project.repository_tree()]
assert project.ci_lint.get().valid
assert not project.ci_lint.create({"content": "a: 1"}).valid

access = project.access_tokens.create(
    {"name": "robot", "scopes": ["read_api"], "access_level": 20}
)
robot = gitlab.Gitlab(url, private_token=access.token)
assert robot.projects.get(project.id).id == project.id
try:
    robot.projects.get(project.id).variables.create({"key": "B", "value": "x"})
    raise AssertionError("a reading token wrote")
except gitlab.exceptions.GitlabError as e:
    assert e.response_code == 403, e
access.delete()
try:
    robot.projects.get(project.id)
    raise AssertionError("a revoked token still reads")
except gitlab.exceptions.GitlabAuthenticationError:
    pass

pipeline = project.pipelines.list(ref="master", get_all=False)[0]
assert pipeline.id == project.pipelines.get(pipeline.id).id
jobs = project.pipelines.get(pipeline.id).jobs.list()
job = project.jobs.get([j.id for j in jobs if j.name == "build"][0])
assert job.status == "success", job.status
assert job.trace().startswith(b"hello from the log"), job.trace()
assert job.artifacts() == b"not really a zip", job.artifacts()
runner = gl.runners.list(scope="specific")
assert runner == []
assert len(gl.runners.all()) >= 1
print("all good")
