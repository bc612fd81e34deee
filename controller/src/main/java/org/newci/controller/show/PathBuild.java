package org.newci.controller.show;

import io.javalin.http.Context;
import java.util.function.Supplier;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.registry.Person;
import org.newci.controller.registry.Registry;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.problem.Problem;

/**
 * The build that {@code ID} in a path names, for who may see it. For others it is not there, in the
 * same words as if it were not.
 */
public final class PathBuild {

  private static final int SHOWN = 60;

  private final BuildLedger ledger;
  private final Supplier<Registry> registry;

  public PathBuild(BuildLedger ledger, Supplier<Registry> registry) {
    this.ledger = ledger;
    this.registry = registry;
  }

  /** That build, or 404. */
  public Build find(Context ctx) {
    String id = ctx.pathParam("id");
    Person person = Person.of(BearerGate.caller(ctx));
    return BuildId.parse(id)
        .flatMap(ledger::find)
        .filter(build -> registry.get().mayRead(build.order().repo(), person))
        .orElseThrow(
            () ->
                Problem.notFound(
                    "There is no build '%s'."
                        .formatted(id.length() > SHOWN ? id.substring(0, SHOWN) + "…" : id)));
  }

  /** That build for one who may also stop or repeat it, or 404, or 403. */
  public Build findForActing(Context ctx) {
    Build build = find(ctx);
    Person person = Person.of(BearerGate.caller(ctx));
    if (!registry.get().mayAct(build.order().repo(), person)) {
      throw new Problem(
          403,
          "forbidden",
          "You (%s) may see build %s, but the registry does not let you have %s built."
              .formatted(person.subject(), build.id(), build.order().repo()));
    }
    return build;
  }
}
