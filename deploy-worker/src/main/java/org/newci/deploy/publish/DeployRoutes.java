package org.newci.deploy.publish;

import io.javalin.http.Context;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.deploy.DeploymentsAnswer;
import org.newci.contracts.deploy.RedeployRequest;
import org.newci.deploy.blob.Sha256;
import org.newci.deploy.ssh.SshFailure;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /deploy}, {@code POST /redeploy} and {@code GET /deployments}. */
public final class DeployRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(DeployRoutes.class);
  private static final int LONGEST_WHY = 1_000;

  private final Environments environments;

  public DeployRoutes(Environments environments) {
    this.environments = environments;
  }

  private interface Work<T> {
    T run() throws SshFailure;
  }

  /** Publishes, and answers when it is served. Fields that are not known are ignored. */
  public void post(Context ctx) {
    DeployRequest request = ProblemPages.body(ctx, DeployRequest.class, false);
    Publisher publisher = environments.publisher(request.environment());
    List<Order> orders = Order.all(request);
    ctx.json(
        told(
            "'%s' was not published".formatted(orders.getFirst().name().value()),
            () -> publisher.publish(orders)));
  }

  /** Serves bytes of before again, whatever the order of deployments says. */
  public void redeploy(Context ctx) {
    RedeployRequest request = ProblemPages.body(ctx, RedeployRequest.class, false);
    Publisher publisher = environments.publisher(request.environment());
    if (request.publishedName() == null) {
      throw Problem.badRequest("The field 'published_name' is missing (expected a file name).");
    }
    PublishedName name = Order.published(request.publishedName());
    String why = request.why();
    if (why == null || why.isBlank() || why.length() > LONGEST_WHY) {
      throw Problem.badRequest(
          "The field 'why' is missing or too long (expected a sentence of 1 to %d characters)."
              .formatted(LONGEST_WHY));
    }
    String by = Objects.requireNonNullElse(request.by(), BearerGate.caller(ctx).subject());
    Sha256 digest = digest("sha256", request.sha256());
    Sha256 served = digest("served", request.served());
    ctx.json(
        told(
            "'%s' was not redeployed".formatted(name.value()),
            () -> publisher.redo(name, digest, new Order.Redo(by, why, served))));
  }

  /** What is served where, since when, by which build: one name, or a page of all. */
  public void deployments(Context ctx) {
    String environment =
        Objects.requireNonNullElseGet(ctx.queryParam("environment"), environments::first);
    Publisher publisher = environments.publisher(environment);
    String name = ctx.queryParam("published_name");
    String after = Objects.requireNonNullElse(ctx.queryParam("after"), "");
    int most = most(ctx);
    Site.Page page =
        told(
            "%s was not read".formatted(environment),
            () ->
                name == null
                    ? publisher.records(after, most)
                    : publisher.record(Order.published(name)));
    ctx.json(
        new DeploymentsAnswer(
            environment,
            environments.names(),
            page.records().stream()
                .sorted(Comparator.comparing(TargetRecord::name))
                .map(record -> view(record, publisher))
                .toList(),
            page.next()));
  }

  private static int most(Context ctx) {
    String wanted = Objects.requireNonNullElse(ctx.queryParam("limit"), "1000");
    if (!wanted.matches("[1-9]\\d{0,2}|1000")) {
      throw Problem.badRequest(
          "The parameter 'limit' is '%s' (expected 1 to 1000)."
              .formatted(wanted.length() > 40 ? wanted.substring(0, 40) + "…" : wanted));
    }
    return Integer.parseInt(wanted);
  }

  private static DeploymentsAnswer.Deployment view(TargetRecord record, Publisher publisher) {
    return new DeploymentsAnswer.Deployment(
        record.name(),
        publisher.urlOf(new PublishedName(record.name())),
        record.state(),
        record.sha256(),
        record.size(),
        record.build(),
        record.at(),
        record.by(),
        record.why(),
        record.refusals(),
        record.past().stream()
            .map(
                past ->
                    new DeploymentsAnswer.Former(
                        past.sha256(),
                        past.size(),
                        past.build(),
                        past.since(),
                        past.by(),
                        past.why()))
            .toList());
  }

  private static @Nullable Sha256 digest(String field, @Nullable String hex) {
    try {
      return hex == null ? null : new Sha256(hex.replaceFirst("^sha256:", ""));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("The field '%s' is refused: %s.".formatted(field, e.getMessage()));
    }
  }

  private static <T> T told(String what, Work<T> work) {
    try {
      return work.run();
    } catch (SshFailure e) {
      LOG.warn("{}: {}", what, e.getMessage());
      int status =
          switch (e.kind()) {
            case BUSY -> 503;
            case DISK_FULL -> 507;
            default -> 502;
          };
      throw new Problem(status, e.kind().word(), String.valueOf(e.getMessage()));
    }
  }
}
