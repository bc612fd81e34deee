package org.newci.standin.pipeline;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.database.Database;
import org.newci.standin.git.Repositories;
import org.newci.standin.project.Project;
import org.newci.standin.rest.RestError;
import org.newci.standin.runner.RunnerStore;
import org.newci.standin.user.Users;

/** Looks up what the JSON of pipelines and jobs is made of. */
public final class JobView {

  private final Database database;
  private final Users users;
  private final Repositories repositories;
  private final JobFiles files;
  private final PipelineJson json;

  public JobView(
      Database database, Users users, Repositories repositories, JobFiles files, URI base) {
    this.database = database;
    this.users = users;
    this.repositories = repositories;
    this.files = files;
    this.json = new PipelineJson(base);
  }

  /** The keys of a list. */
  Map<String, Object> basic(Project project, Pipeline pipeline) {
    return json.basic(project, pipeline);
  }

  /** A pipeline with all its keys. */
  Map<String, Object> full(Project project, Pipeline pipeline) {
    return json.full(project, pipeline, users.byId(pipeline.userId()));
  }

  /** The pipeline of that number in that project. */
  Pipeline pipeline(Project project, String id) {
    long number = number(id);
    return database
        .read(handle -> PipelineStore.byId(handle, number))
        .filter(pipeline -> pipeline.projectId() == project.id())
        .orElseThrow(() -> RestError.message(404, "404 Not found"));
  }

  /** The job of that number in that project. */
  Job job(Project project, String id) {
    long number = number(id);
    return database
        .read(handle -> JobStore.byId(handle, number))
        .filter(job -> job.projectId() == project.id())
        .orElseThrow(() -> RestError.message(404, "404 Not Found"));
  }

  private static long number(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw RestError.parameter("id is invalid");
    }
    return Long.parseLong(text);
  }

  /** A job with all its keys. */
  Map<String, Object> json(Project project, Job job) {
    return json(project, pipeline(project, String.valueOf(job.pipelineId())), job);
  }

  /** The same, of that pipeline. */
  Map<String, Object> json(Project project, Pipeline pipeline, Job job) {
    return json.job(
        job,
        new PipelineJson.Around(
            project,
            pipeline,
            users.byId(pipeline.userId()),
            repositories.commit(project.id(), pipeline.sha()),
            Optional.ofNullable(job.runnerId())
                .flatMap(id -> database.read(handle -> RunnerStore.byId(handle, id))),
            files.traceSize(job)));
  }
}
