package org.newci.standin.lint;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.ci.CiFile;
import org.newci.standin.ci.CommitFiles;
import org.newci.standin.ci.Compiled;
import org.newci.standin.ci.JobSpec;
import org.newci.standin.ci.PushContext;
import org.newci.standin.database.Database;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Push;
import org.newci.standin.git.Repositories;
import org.newci.standin.git.TreeFiles;
import org.newci.standin.pipeline.Predefined;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.project.ProjectStore;
import org.newci.standin.project.Variable;
import org.newci.standin.repository.Revisions;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** {@code /projects/:id/ci/lint}. */
public final class LintRoutes {

  private static final String PATH = "/api/v4/projects/{id}/ci/lint";

  private final Database database;
  private final ProjectAccess access;
  private final Repositories repositories;
  private final Revisions revisions;
  private final Predefined predefined;

  public LintRoutes(
      Database database,
      ProjectAccess access,
      Repositories repositories,
      Revisions revisions,
      Predefined predefined) {
    this.database = database;
    this.access = access;
    this.repositories = repositories;
    this.revisions = revisions;
    this.predefined = predefined;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, PATH, this::ofRepository).open(HandlerType.POST, PATH, this::ofBody);
  }

  private void ofRepository(Context ctx) {
    Visit visit = access.developer(ctx);
    Params params = Params.of(ctx);
    String ref = params.text("content_ref", params.text("sha", Constants.HEAD));
    Project project = visit.project();
    Commit commit = revisions.commit(project, ref).orElseThrow(() -> RestError.notFound("Commit"));
    String yaml = repositories.file(project.id(), commit.id(), project.ciFile()).orElse("");
    answer(ctx, visit, params, yaml);
  }

  private void ofBody(Context ctx) {
    Visit visit = access.developer(ctx);
    Params params = Params.of(ctx);
    if (!params.has("content")) {
      throw RestError.parameter("content is missing");
    }
    answer(ctx, visit, params, params.text("content", ""));
  }

  private void answer(Context ctx, Visit visit, Params params, String yaml) {
    // With a dry run the rules are followed; GitLab then says which jobs a push would get.
    boolean dry = params.flag("dry_run", false);
    Compiled compiled = CiFile.compile(yaml, context(visit, params));
    List<String> errors =
        switch (compiled) {
          case Compiled.Invalid invalid -> invalid.errors();
          case Compiled.NoJobs none -> dry ? List.of(none.why()) : List.of();
          case Compiled.Pipeline good -> List.of();
        };
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("valid", errors.isEmpty());
    json.put("errors", errors);
    json.put("warnings", List.of());
    json.put("merged_yaml", yaml);
    json.put("includes", List.of());
    if (params.flag("include_jobs", false)) {
      json.put(
          "jobs",
          compiled instanceof Compiled.Pipeline good
              ? good.jobs().stream().map(LintRoutes::job).toList()
              : List.of());
    }
    RestPages.json(ctx, 200, json);
  }

  private PushContext context(Visit visit, Params params) {
    Project project = visit.project();
    String branch = Optional.ofNullable(project.defaultBranch()).orElse("master");
    String ref = params.text("dry_run_ref", params.text("ref", branch));
    Optional<Commit> commit = revisions.commit(project, ref);
    boolean isProtected =
        database.read(handle -> ProjectStore.protection(handle, project.id(), ref)).isPresent();
    Map<String, String> settings = new LinkedHashMap<>();
    database
        .read(handle -> Variable.all(handle, project.id()))
        .forEach(
            variable -> {
              if (variable.reaches(isProtected)) {
                settings.put(variable.key(), variable.value());
              }
            });
    return commit
        .map(
            found ->
                new PushContext(
                    ref,
                    false,
                    "push",
                    predefined.forRules(
                        new Predefined.Subject(project, visit.user(), found, ref, false, Push.NONE),
                        "push",
                        isProtected),
                    settings,
                    new TreeFiles(repositories, project.id(), found.id(), Push.NONE)))
        .orElseGet(() -> new PushContext(ref, false, "push", Map.of(), settings, CommitFiles.NONE));
  }

  private static Map<String, Object> job(JobSpec job) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", job.name());
    json.put("stage", job.stage());
    json.put("before_script", List.of());
    json.put("script", job.script());
    json.put("after_script", job.afterScript());
    json.put("tag_list", job.surroundings().tags());
    json.put("only", null);
    json.put("except", null);
    json.put("environment", null);
    json.put("when", job.when().name().toLowerCase(Locale.ROOT));
    json.put("allow_failure", job.allowFailure());
    json.put(
        "needs",
        job.needs()
            .map(
                needs ->
                    needs.stream()
                        .map(need -> Map.of("name", need.job(), "artifacts", need.artifacts()))
                        .toList())
            .orElse(null));
    return json;
  }
}
