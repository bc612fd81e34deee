package org.newci.runner.job;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final String FETCH =
      """
      set -e
      git init --quiet --template= --object-format="$1" "$2"
      cd "$2"
      printf '[remote "origin"]\n\turl = "%s"\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n' \
        "$3" >> .git/config
      shift 3
      exec git fetch origin --no-recurse-submodules --force --prune --quiet "$@"
      """;

  private final JobStage stage;
  private final GitInfo git;
  private final @Nullable Path ca;
  private final Workspaces workspaces;

  Sources(JobStage stage, GitInfo git, @Nullable Path ca, Workspaces workspaces) {
    this.stage = stage;
    this.git = git;
    this.ca = ca;
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
    Finished checkout =
        stage.quiet(
            List.of(
                "git",
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "advice.detachedHead=false",
                "checkout",
                "--force",
                "--quiet",
                git.sha()));
    if (checkout.code() != 0) {
      throw new IOException(
          "git checkout ended with code %d: %s"
              .formatted(checkout.code(), checkout.errors().strip()));
    }
    String submodules = stage.variables().get("GIT_SUBMODULE_STRATEGY");
    if (!submodules.isEmpty() && !submodules.equals("none")) {
      stage
          .log()
          .warn(
              "WARNING: submodules are not fetched by this runner (GIT_SUBMODULE_STRATEGY is %s)"
                  .formatted(submodules));
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
    URI url = URI.create(git.repoUrl());
    String plain = withoutUser(url);
    List<String> command = new ArrayList<>(List.of("bash", "-c", FETCH, "newci"));
    command.add("sha256".equals(git.repoObjectFormat()) ? "sha256" : "sha1");
    command.add(hidden.toString());
    command.add(plain);
    if (depth > 0) {
      command.add("--depth=" + depth);
    }
    command.addAll(refspecs());
    Map<String, String> env = environment(url, plain);
    String attempts = stage.variables().get("GET_SOURCES_ATTEMPTS");
    int tries = attempts.matches("[1-9]|10") ? Integer.parseInt(attempts) : 1;
    for (int tried = 1; ; tried++) {
      Finished fetch = stage.trusted(command, env);
      if (fetch.code() == 0) {
        return;
      }
      stage.log().line(fetch.errors().strip());
      if (tried == tries) {
        throw new IOException("git fetch ended with code %d".formatted(fetch.code()));
      }
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

  /** git's whole configuration; the job's token is here and not on the command line. */
  private Map<String, String> environment(URI url, String plain) throws IOException {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("protocol.allow", "never");
    config.put("protocol.http.allow", "always");
    config.put("protocol.https.allow", "always");
    config.put("core.hooksPath", "/dev/null");
    config.put("gc.auto", "0");
    config.put("maintenance.auto", "false");
    config.put("http.lowSpeedLimit", "1");
    config.put("http.lowSpeedTime", "60");
    if (ca != null) {
      Path copy = stage.workspace().exchange().resolve("ca.pem");
      Files.copy(ca, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
      config.put("http.sslCAInfo", copy.toString());
    }
    if (url.getUserInfo() != null) {
      String basic =
          Base64.getEncoder().encodeToString(url.getUserInfo().getBytes(StandardCharsets.UTF_8));
      config.put("http." + plain + ".extraHeader", "Authorization: Basic " + basic);
    }
    Map<String, String> env = new LinkedHashMap<>();
    env.put("HOME", "/nonexistent");
    env.put("GIT_CONFIG_NOSYSTEM", "1");
    env.put("GIT_CONFIG_GLOBAL", "/dev/null");
    env.put("GIT_TERMINAL_PROMPT", "0");
    env.put("GIT_CONFIG_COUNT", Integer.toString(config.size()));
    int i = 0;
    for (Map.Entry<String, String> setting : config.entrySet()) {
      env.put("GIT_CONFIG_KEY_" + i, setting.getKey());
      env.put("GIT_CONFIG_VALUE_" + i, setting.getValue());
      i++;
    }
    return env;
  }

  private static String withoutUser(URI url) throws IOException {
    String scheme = String.valueOf(url.getScheme());
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IOException(
          "clone URL with scheme '%s' (expected http or https)".formatted(scheme));
    }
    return scheme
        + "://"
        + url.getHost()
        + (url.getPort() < 0 ? "" : ":" + url.getPort())
        + url.getRawPath();
  }
}
