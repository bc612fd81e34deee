package org.newci.deploy.publish;

import io.javalin.http.Context;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.deploy.ssh.SshFailure;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /deploy}. */
public final class DeployRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(DeployRoutes.class);

  private final Publisher publisher;

  public DeployRoutes(Publisher publisher) {
    this.publisher = publisher;
  }

  /** Publishes, and answers when it is served. Fields that are not known are ignored. */
  public void post(Context ctx) {
    Order order = Order.of(ProblemPages.body(ctx, DeployRequest.class, false));
    try {
      ctx.json(publisher.publish(order));
    } catch (SshFailure e) {
      LOG.warn("'{}' was not published: {}", order.name().value(), e.getMessage());
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
