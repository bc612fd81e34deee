package org.newci.standin.ci;

import java.util.List;

/**
 * An image to run a job in, or a service beside it. Variables in it are the runner's to fill in.
 *
 * @param alias host names of a service, separated by blanks or commas; empty for none
 * @param pullPolicy {@code always}, {@code if-not-present}, {@code never}; empty for the runner's
 *     own
 * @param variables of a service
 */
public record ImageSpec(
    String name,
    String alias,
    Start start,
    Docker docker,
    List<String> pullPolicy,
    List<CiVariable> variables) {
  public ImageSpec {
    pullPolicy = List.copyOf(pullPolicy);
    variables = List.copyOf(variables);
  }

  /** What runs in it instead of what the image itself says; empty for the image's own. */
  public record Start(List<String> entrypoint, List<String> command) {
    static final Start OWN = new Start(List.of(), List.of());

    public Start {
      entrypoint = List.copyOf(entrypoint);
      command = List.copyOf(command);
    }
  }

  /** Options of the docker executor, empty when not given. */
  public record Docker(String platform, String user) {
    static final Docker NONE = new Docker("", "");
  }

  static ImageSpec named(String name) {
    return new ImageSpec(name, "", Start.OWN, Docker.NONE, List.of(), List.of());
  }
}
