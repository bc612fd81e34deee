package org.newci.controller.hint;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.controller.watch.PushWatch;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;

/**
 * {@code POST /webhooks/push}: push events of GitLab (docs.gitlab.com, user/project/integrations/
 * webhook_events), GitHub (docs.github.com, webhooks/webhook-events-and-payloads) and Gitea
 * (docs.gitea.com, usage/webhooks). Who sends one must know the secret, which is checked before
 * anything of the body is understood. Only the repository's URLs are taken from it: they make us
 * look at a watched repository at once.
 */
public final class PushWebhookRoute {

  private static final int LARGEST = 1024 * 1024;
  private static final List<String> PLACES = List.of("project", "repository");
  private static final List<String> URLS =
      List.of(
          "git_http_url",
          "git_ssh_url",
          "http_url",
          "ssh_url",
          "clone_url",
          "git_url",
          "url",
          "html_url",
          "web_url",
          "homepage");

  private final @Nullable WebhookSecret secret;
  private final PushWatch watch;

  /**
   * @param secret null lets nobody in
   */
  public PushWebhookRoute(@Nullable WebhookSecret secret, PushWatch watch) {
    this.secret = secret;
    this.watch = watch;
  }

  /** Takes a push. */
  public void push(Context ctx) throws IOException {
    byte[] body = authenticated(ctx);
    JsonNode payload;
    try {
      payload = Json.tree(new String(body, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("The body is no JSON (expected a push event).");
    }
    Set<String> urls = new LinkedHashSet<>();
    for (String place : PLACES) {
      for (String name : URLS) {
        JsonNode url = payload.path(place).path(name);
        if (url.isTextual()) {
          urls.add(url.asText());
        }
      }
    }
    if (urls.isEmpty()) {
      throw Problem.badRequest(
          "The body names no repository (expected 'project' or 'repository' with its URLs).");
    }
    ctx.status(202).json(Map.of("watched", watch.hint(List.copyOf(urls))));
  }

  /** The body, if whoever sent it knows the secret; each proof that is there must be right. */
  private byte[] authenticated(Context ctx) throws IOException {
    String token = ctx.header("X-Gitlab-Token");
    String hub = ctx.header("X-Hub-Signature-256");
    String gitea = ctx.header("X-Gitea-Signature");
    WebhookSecret known = secret;
    if (known == null || (token == null && hub == null && gitea == null)) {
      throw refused();
    }
    if (token != null && !known.matches(token)) {
      throw refused();
    }
    byte[] body = ctx.req().getInputStream().readNBytes(LARGEST + 1);
    if (body.length > LARGEST) {
      throw new Problem(413, "too-large", "The body is larger than this route takes.");
    }
    boolean hubProves =
        hub == null || (hub.startsWith("sha256=") && known.signs(body, hub.substring(7)));
    if (!hubProves || (gitea != null && !known.signs(body, gitea))) {
      throw refused();
    }
    return body;
  }

  private static Problem refused() {
    return new Problem(
        401,
        "unauthorized",
        "The push is not signed with the secret that was agreed (expected X-Gitlab-Token,"
            + " X-Hub-Signature-256 or X-Gitea-Signature).");
  }
}
