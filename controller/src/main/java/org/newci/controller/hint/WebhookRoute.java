package org.newci.controller.hint;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.newci.controller.build.News;
import org.newci.controller.effect.Watches;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;

/**
 * {@code POST /webhooks/gitlab}: GitLab's pipeline and job events. Nothing that they say is
 * believed; they only make us look at once. Whatever comes with the secret is answered with 202,
 * because GitLab switches off a webhook that gets errors.
 */
public final class WebhookRoute {

  /** Of a longer body only so much is looked at, and then the hint is for everybody. */
  private static final int MOST_READ = 1024 * 1024;

  private final WebhookSecret secret;
  private final Watches watches;
  private final News news;

  public WebhookRoute(WebhookSecret secret, Watches watches, News news) {
    this.news = news;
    this.secret = secret;
    this.watches = watches;
  }

  /** Takes a hint. */
  public void hint(Context ctx) throws IOException {
    if (!secret.matches(ctx.header("X-Gitlab-Token"))) {
      throw new Problem(
          401, "unauthorized", "The header X-Gitlab-Token is not the one that was agreed.");
    }
    byte[] body = ctx.req().getInputStream().readNBytes(MOST_READ);
    long project = project(new String(body, StandardCharsets.UTF_8));
    watches.hint(project);
    news.hinted(project);
    ctx.status(202);
  }

  private static long project(String body) {
    try {
      JsonNode payload = Json.tree(body);
      // Pipeline events name it inside "project", job events also at the top.
      long inside = payload.path("project").path("id").asLong(0);
      return inside > 0 ? inside : payload.path("project_id").asLong(0);
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }
}
