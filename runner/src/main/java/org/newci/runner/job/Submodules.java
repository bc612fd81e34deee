package org.newci.runner.job;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.newci.runner.sandbox.SandboxFailure;
import org.newci.runner.sandbox.Workspaces;
import org.newci.runner.script.Variables;

/**
 * Submodules on the same GitLab as the project: what the job's token opens. Like the sources, their
 * objects are fetched outside of the sandbox and checked out inside.
 */
final class Submodules {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_. -]*");
  private static final Pattern OBJECT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern SSH =
      Pattern.compile("(?:ssh://)?git@([^:/]+)(?::[0-9]+/|[:/])(.+)");
  private static final int MOST = 100;
  private static final int DEEPEST = 5;

  private final JobStage stage;
  private final GitFetch fetcher;
  private final Workspaces workspaces;
  private final URI repository;
  private int count;

  Submodules(JobStage stage, GitFetch fetcher, Workspaces workspaces, URI repository) {
    this.stage = stage;
    this.fetcher = fetcher;
    this.workspaces = workspaces;
    this.repository = repository;
  }

  /** One of a repository's submodules. */
  private record Submodule(String name, String path, String url, String commit) {}

  /**
   * A repository whose submodules are wanted.
   *
   * @param folder its files, relative to the project's folder; empty for the project itself
   * @param store its repository, relative to the project's folder
   */
  private record Parent(String folder, String store, URI url, int depth) {}

  /** Gets those of the project, and theirs when it is recursive. */
  void get(boolean recursive)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    stage.log().important("Updating/initializing submodules...");
    get(new Parent("", ".git", repository, 1), recursive);
  }

  private void get(Parent parent, boolean recursive)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    for (Submodule one : named(parent)) {
      if (++count > MOST) {
        throw new IOException("more than %d submodules".formatted(MOST));
      }
      URI url = resolve(parent.url(), one);
      Path hidden = stage.workspace().exchange().resolve("submodule-" + count);
      fetch(hidden, url, one);
      String store = parent.store() + "/modules/" + one.name();
      workspaces.moveTo(hidden.resolve(".git"), stage.workspace(), stage.project() + "/" + store);
      Finished checkout =
          stage.quiet(
              parent.folder(),
              List.of(
                  "git",
                  "-c",
                  "core.hooksPath=/dev/null",
                  "-c",
                  "protocol.allow=never",
                  "submodule",
                  "--quiet",
                  "update",
                  "--init",
                  "--no-fetch",
                  "--force",
                  "--",
                  one.path()));
      if (checkout.code() != 0) {
        throw new IOException(
            "the submodule '%s' cannot be checked out: %s"
                .formatted(one.name(), checkout.errors().strip()));
      }
      if (recursive && parent.depth() < DEEPEST) {
        String folder = parent.folder().isEmpty() ? one.path() : parent.folder() + "/" + one.path();
        get(new Parent(folder, store, url, parent.depth() + 1), true);
      }
    }
  }

  private void fetch(Path hidden, URI url, Submodule one)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    String format = one.commit().length() == 40 ? "sha1" : "sha256";
    String wanted = stage.variables().get("GIT_SUBMODULE_DEPTH");
    int depth = wanted.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(wanted) : 1;
    Finished fetch =
        fetcher.into(hidden, new GitFetch.Wanted(url, format, depth, List.of(one.commit())));
    if (fetch.code() != 0) {
      // Not every server gives what no branch or tag points to.
      List<String> all = List.of("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*");
      fetch = fetcher.into(hidden, new GitFetch.Wanted(url, format, 0, all));
    }
    if (fetch.code() != 0) {
      throw new IOException(
          "the submodule '%s' cannot be fetched: %s".formatted(one.name(), fetch.errors().strip()));
    }
  }

  /** What {@code .gitmodules} and the commit say, by the word of git inside the sandbox. */
  private List<Submodule> named(Parent parent)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    Finished config =
        stage.quiet(
            parent.folder(),
            List.of(
                "git",
                "config",
                "--file",
                ".gitmodules",
                "--null",
                "--get-regexp",
                "^submodule\\..*\\.(path|url)$"));
    Map<String, String> paths = new LinkedHashMap<>();
    Map<String, String> urls = new LinkedHashMap<>();
    for (String entry : config.output().split("\0", -1)) {
      int line = entry.indexOf('\n');
      int dot = line < 0 ? -1 : entry.lastIndexOf('.', line);
      if (dot > "submodule.".length()) {
        String name = entry.substring("submodule.".length(), dot);
        (entry.substring(dot + 1, line).equals("path") ? paths : urls)
            .put(name, entry.substring(line + 1));
      }
    }
    List<Submodule> found = new ArrayList<>();
    for (Map.Entry<String, String> path : paths.entrySet()) {
      String commit = commit(parent, path.getValue());
      if (!commit.isEmpty()) {
        String name = path.getKey();
        check("name", name);
        check("path", path.getValue());
        String url = configured(name).orElse(urls.getOrDefault(name, ""));
        found.add(new Submodule(name, path.getValue(), url, commit));
      }
    }
    return found;
  }

  /** What the job's variables say of a submodule's address (git(1), GIT_CONFIG_COUNT). */
  private Optional<String> configured(String name) {
    Variables variables = stage.variables();
    String count = variables.get("GIT_CONFIG_COUNT");
    int entries = count.matches("[0-9]{1,4}") ? Integer.parseInt(count) : 0;
    String key = "submodule.%s.url".formatted(name);
    return IntStream.range(0, entries)
        .filter(i -> variables.get("GIT_CONFIG_KEY_" + i).equals(key))
        .mapToObj(i -> variables.get("GIT_CONFIG_VALUE_" + i))
        .findFirst();
  }

  private static void check(String what, String value) throws IOException {
    for (String part : value.split("/", -1)) {
      if (!NAME.matcher(part).matches() || part.endsWith("..")) {
        throw new IOException(
            "a submodule has the %s '%s' (expected plain folder names)".formatted(what, value));
      }
    }
  }

  private String commit(Parent parent, String path)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    String entry =
        stage.quiet(parent.folder(), List.of("git", "ls-tree", "-z", "HEAD", "--", path)).output();
    String[] words = entry.split("[\\s\0]", -1);
    return words.length > 2 && words[1].equals("commit") && OBJECT.matcher(words[2]).matches()
        ? words[2]
        : "";
  }

  /** The address of a submodule, with the job's credentials; refuses those of other servers. */
  private URI resolve(URI parent, Submodule one) throws IOException {
    String url = one.url();
    var ssh = SSH.matcher(url);
    URI found;
    try {
      if (url.startsWith("./") || url.startsWith("../")) {
        String folder = parent.getRawPath() + "/";
        found = parent.resolve(URI.create(folder).resolve(url).getRawPath());
      } else if (ssh.matches() && ssh.group(1).equals(repository.getHost())) {
        found = repository.resolve("/" + ssh.group(2));
      } else {
        found = URI.create(url);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "the submodule '%s' has the address '%s', which is none".formatted(one.name(), url), e);
    }
    boolean here =
        String.valueOf(found.getScheme()).equals(repository.getScheme())
            && String.valueOf(found.getHost()).equals(repository.getHost())
            && found.getPort() == repository.getPort();
    if (!here) {
      throw new IOException(
          "the submodule '%s' is at '%s', and this runner fetches submodules only from %s"
              .formatted(one.name(), url, GitFetch.withoutUser(repository.resolve("/"))));
    }
    return repository.resolve(found.getRawPath());
  }
}
