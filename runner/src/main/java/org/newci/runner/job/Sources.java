package org.newci.runner.job;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.newci.runner.gitlab.JobPayload.GitInfo;
import org.newci.runner.sandbox.SandboxFailure;
import org.newci.runner.sandbox.Workspaces;

/**
 * Gets the sources into the workspace. Only git's objects are fetched outside of the sandbox, into
 * a repository that the job cannot see, by the slot's user and without any configuration but ours;
 * the checkout is done inside. After the job's first command no git of the runner touches the
 * repository again.
 */
final class Sources {

  private static final Pattern OBJECT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern REFSPEC = Pattern.compile("[+A-Za-z0-9_.][^\\s\\p{Cntrl}]*");

  /** GitLab's runner tries once; a line that is cut should not cost a build. */
  private static final int USUAL_ATTEMPTS = 2;

  /** Prints the files that hand others to Git LFS. */
  private static final String CHECKOUT =
      """
      git -c core.hooksPath=/dev/null -c advice.detachedHead=false checkout --force --quiet "$1" \
        || exit
      git grep -l -F filter=lfs -- .gitattributes '*/.gitattributes' | head -n 3 | tr '\\n' ' '
      """;

  private final JobStage stage;
  private final GitInfo git;
  private final GitFetch fetcher;
  private final Workspaces workspaces;

  Sources(JobStage stage, GitInfo git, @Nullable Path ca, Workspaces workspaces) {
    this.stage = stage;
    this.git = git;
    this.fetcher = new GitFetch(stage, ca);
    this.workspaces = workspaces;
  }

  /** Fetches and checks out, as GIT_STRATEGY, GIT_DEPTH and GIT_CHECKOUT say. */
  void get() throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    check();
    int depth = depth();
    stage
        .log()
        .important(
            depth > 0
                ? "Fetching changes with git depth set to %d...".formatted(depth)
                : "Fetching changes...");
    Path hidden = stage.workspace().exchange().resolve("sources");
    fetch(depth, hidden);
    workspaces.moveIn(hidden.resolve(".git"), stage.workspace(), stage.project());
    if (stage.variables().get("GIT_CHECKOUT").equals("false")) {
      stage.log().important("Skipping Git checkout");
      return;
    }
    stage
        .log()
        .important(
            "Checking out %s as detached HEAD (ref is %s)..."
                .formatted(git.sha().substring(0, 8), git.ref()));
    Finished checkout = stage.quiet(List.of("/bin/sh", "-c", CHECKOUT, "newci", git.sha()));
    if (checkout.code() != 0) {
      throw new IOException(
          "git checkout ended with code %d: %s"
              .formatted(checkout.code(), checkout.errors().strip()));
    }
    if (!checkout.output().isBlank() && !stage.variables().get("GIT_LFS_SKIP_SMUDGE").equals("1")) {
      stage
          .log()
          .warn(
              "WARNING: files of Git LFS (%s) stay pointers: this runner does not fetch them"
                  .formatted(checkout.output().strip()));
    }
    submodules();
  }

  private void submodules()
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    String strategy = stage.variables().get("GIT_SUBMODULE_STRATEGY");
    switch (strategy) {
      case "", "none" -> {}
      case "normal", "recursive" ->
          new Submodules(stage, fetcher, workspaces, URI.create(git.repoUrl()))
              .get(strategy.equals("recursive"));
      default ->
          throw new IOException(
              "GIT_SUBMODULE_STRATEGY is '%s' (expected none, normal or recursive)"
                  .formatted(strategy));
    }
  }

  private void check() throws IOException {
    if (!OBJECT.matcher(git.sha()).matches()) {
      throw new IOException("commit '%s' (expected a full id)".formatted(git.sha()));
    }
    for (String refspec : git.refspecs()) {
      if (!REFSPEC.matcher(refspec).matches()) {
        throw new IOException("refspec '%s' is not one".formatted(refspec));
      }
    }
  }

  private int depth() {
    String wanted = stage.variables().get("GIT_DEPTH");
    return wanted.matches("[0-9]{1,9}") ? Integer.parseInt(wanted) : git.depth();
  }

  private void fetch(int depth, Path hidden)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    GitFetch.Wanted wanted =
        new GitFetch.Wanted(
            URI.create(git.repoUrl()),
            "sha256".equals(git.repoObjectFormat()) ? "sha256" : "sha1",
            depth,
            refspecs());
    String attempts = stage.variables().get("GET_SOURCES_ATTEMPTS");
    int tries = attempts.matches("[1-9]|10") ? Integer.parseInt(attempts) : USUAL_ATTEMPTS;
    for (int tried = 1; ; tried++) {
      Finished fetch = fetcher.into(hidden, wanted);
      if (fetch.code() == 0) {
        return;
      }
      stage.log().line(fetch.errors().strip());
      if (tried == tries) {
        throw new IOException("git fetch ended with code %d".formatted(fetch.code()));
      }
      stage.log().line("git fetch ended with code %d; trying again".formatted(fetch.code()));
    }
  }

  private List<String> refspecs() {
    if (!git.refspecs().isEmpty()) {
      return git.refspecs();
    }
    return "tag".equals(git.refType())
        ? List.of("+refs/tags/" + git.ref() + ":refs/tags/" + git.ref())
        : List.of("+refs/heads/" + git.ref() + ":refs/remotes/origin/" + git.ref());
  }
}
