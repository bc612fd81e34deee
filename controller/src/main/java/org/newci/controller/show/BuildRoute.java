package org.newci.controller.show;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import org.newci.contracts.controller.BuildView;
import org.newci.contracts.controller.PipelineRef;
import org.newci.contracts.controller.StepView;
import org.newci.controller.build.Build;
import org.newci.controller.build.Found;
import org.newci.controller.build.Order;
import org.newci.controller.build.Step;

/** {@code GET /builds/ID}. */
public final class BuildRoute {

  private final PathBuild builds;

  public BuildRoute(PathBuild builds) {
    this.builds = builds;
  }

  /** One build with its steps. */
  public void build(Context ctx) {
    ctx.json(view(builds.find(ctx)));
  }

  static BuildView view(Build build) {
    var order = build.order();
    Found found = build.found();
    Found.Source source = found.source();
    Found.Pipeline pipeline = found.pipeline();
    Found.Artifact artifact = found.artifact();
    List<StepView> steps = build.steps().stream().map(step -> view(step, build)).toList();
    return new BuildView(
        build.id().text(),
        order.repo(),
        order.ref(),
        order.artifact(),
        order.publishedName(),
        order.submitter(),
        build.state().word(),
        build.outcome() == null ? null : build.outcome().word(),
        build.sentence(),
        source == null ? order.commit() : source.commit(),
        pipeline == null || source == null
            ? null
            : new PipelineRef(
                source.projectId(),
                pipeline.id(),
                pipeline.status(),
                pipeline.url(),
                pipeline.tests()),
        artifact == null ? null : "sha256:" + artifact.sha256(),
        found.url(),
        order.retryOf() == null ? null : order.retryOf().text(),
        steps,
        order.createdAt(),
        build.finishedAt(),
        order.also().isEmpty() ? null : items(build));
  }

  private static List<BuildView.Item> items(Build build) {
    List<Found.Artifact> found = build.found().artifacts();
    List<BuildView.Item> items = new ArrayList<>();
    for (Order.Item item : build.order().items()) {
      String digest = found.isEmpty() ? null : "sha256:" + found.get(items.size()).sha256();
      items.add(new BuildView.Item(item.artifact(), item.publishedName(), digest));
    }
    return items;
  }

  private static StepView view(Step step, Build build) {
    String sentence = step.end() == null ? build.sentence() : step.sentence();
    return new StepView(step.name(), step.start(), step.end(), step.result(), sentence);
  }
}
