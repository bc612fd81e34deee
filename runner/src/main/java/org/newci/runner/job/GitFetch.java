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
import org.jspecify.annotations.Nullable;
import org.newci.runner.sandbox.SandboxFailure;

/**
 * Fetches git's objects outside of the sandbox, into a repository that the job cannot see, by the
 * slot's user and without any configuration but ours.
 */
final class GitFetch {

  /**
   * The repository is written by hand (gitrepository-layout(5)): {@code git init} asks about more.
   */
  private static final String FETCH =
      """
      set -e
      mkdir -p "$2/.git/objects" "$2/.git/refs"
      cd "$2"
      echo 'ref: refs/heads/master' > .git/HEAD
      {
        printf '[core]\\n\\trepositoryformatversion = %d\\n' "$1"
        printf '\\tfilemode = true\\n\\tbare = false\\n\\tlogallrefupdates = true\\n'
        if [ "$1" = 1 ]; then printf '[extensions]\\n\\tobjectFormat = sha256\\n'; fi
        printf '[remote "origin"]\\n\\turl = "%s"\\n\\tfetch = +refs/heads/*:refs/remotes/origin/*\\n' \
          "$3"
      } > .git/config
      shift 3
      exec git fetch origin --no-recurse-submodules --force --prune --quiet "$@"
      """;

  private final JobStage stage;
  private final @Nullable Path ca;

  GitFetch(JobStage stage, @Nullable Path ca) {
    this.stage = stage;
    this.ca = ca;
  }

  /**
   * What is fetched.
   *
   * @param url with the credentials in it, of http or https
   * @param format {@code sha1} or {@code sha256}
   * @param depth of history; 0 for all
   */
  record Wanted(URI url, String format, int depth, List<String> refspecs) {}

  /** Makes a repository in that folder, which is not there yet, and fetches. */
  Finished into(Path folder, Wanted wanted)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    String plain = withoutUser(wanted.url());
    List<String> command = new ArrayList<>(List.of("sh", "-c", FETCH, "newci"));
    String version = wanted.format().equals("sha256") ? "1" : "0";
    command.addAll(List.of(version, folder.toString(), plain));
    if (wanted.depth() > 0) {
      command.add("--depth=" + wanted.depth());
    }
    command.addAll(wanted.refspecs());
    return stage.trusted(command, environment(wanted.url(), plain));
  }

  /** git's whole configuration; the job's token is here and not on the command line. */
  private Map<String, String> environment(URI url, String plain) throws IOException {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("protocol.allow", "never");
    config.put("protocol.http.allow", "always");
    config.put("protocol.https.allow", "always");
    config.put("core.hooksPath", "/dev/null");
    // One pack, which takes half of the time that a file for each object does. It need not be on
    // the disk: after a crash nobody reads this repository again.
    config.put("fetch.unpackLimit", "1");
    config.put("core.fsync", "none");
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

  static String withoutUser(URI url) throws IOException {
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
