package org.newci.controller.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.newci.auth.BearerToken;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.Grant;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Order;
import org.newci.controller.registry.BuildSecrets;
import org.newci.controller.registry.ProjectRule;
import org.newci.controller.registry.Registry;

/**
 * What a GitLab project is given when a build is mirrored: the webhook, and what the registry says
 * at that time.
 */
public record ProjectInputs(
    Supplier<MirrorRequest.Hook> hook,
    Supplier<Registry> registry,
    BuildSecrets secrets,
    UploadVariables uploads) {

  /**
   * The same request each time, as long as registry and secrets stay as they are.
   *
   * @param tokens by which its jobs may upload
   */
  MirrorRequest request(Build build, Lease lease, List<BearerToken> tokens)
      throws BuildSecrets.Unusable {
    Order order = build.order();
    Registry now = registry.get();
    ProjectRule rule =
        now.ruleOf(order.repo())
            .orElseThrow(
                () ->
                    new BuildSecrets.Unusable(
                        "The project registry has no pattern for %s any more."
                            .formatted(order.repo())));
    Grant grant = order.grant();
    List<MirrorRequest.Variable> variables =
        new ArrayList<>(secrets.of(rule, order.possibleRefs()));
    variables.addAll(uploads.of(tokens));
    return new MirrorRequest(
        order.repo(),
        order.ref(),
        order.project(),
        order.commit(),
        build.id().text(),
        lease.fence(),
        hook.get(),
        Map.of(
            "NEWCI_REF", order.ref(),
            "NEWCI_REPO", order.repo(),
            "NEWCI_BUILD", build.id().text()),
        variables,
        rule.source().credential(),
        rule.source().replace(),
        grant.time() == null ? null : new MirrorRequest.ProjectLimits(grant.time().toSeconds()),
        rule.source().submodules() ? new MirrorRequest.Submodules(now.patternsUpTo(rule)) : null,
        rule.source().loopback());
  }
}
