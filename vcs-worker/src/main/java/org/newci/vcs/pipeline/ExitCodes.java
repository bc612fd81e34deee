package org.newci.vcs.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;
import org.newci.vcs.gitlab.GitLabJob;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exit codes of failed jobs. GitLab's documented answer has none, so where the server does not add
 * it, the last words of the log are read: {@code ERROR: Job failed: exit status 1} (the shell
 * executor's) or {@code exit code 1} (docker's).
 */
final class ExitCodes {

  private static final Logger LOG = LoggerFactory.getLogger(ExitCodes.class);
  private static final Pattern LAST_WORDS =
      Pattern.compile("Job failed: (?:[^\\n]{0,200}?)exit (?:status|code) (\\d{1,3})\\b");
  private static final int TAIL = 4096;
  private static final long LONGEST_LOG = 256L * 1024 * 1024;
  private static final int MOST_KNOWN = 1_000;
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final GitLab gitlab;
  private final Map<Long, Optional<Integer>> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Optional<Integer>> eldest) {
          return size() > MOST_KNOWN;
        }
      };

  ExitCodes(GitLab gitlab) {
    this.gitlab = gitlab;
  }

  @Nullable Integer of(long project, GitLabJob job) {
    if (job.exitCode() != null) {
      return job.exitCode();
    }
    if (!job.status().equals("failed") || !"script_failure".equals(job.failureReason())) {
      return null;
    }
    synchronized (known) {
      Optional<Integer> earlier = known.get(job.id());
      if (earlier != null) {
        return earlier.orElse(null);
      }
    }
    try (Response response = gitlab.trace(project, job.id(), "", DEADLINE)) {
      Optional<Integer> code = in(tail(response.body().byteStream()));
      synchronized (known) {
        known.put(job.id(), code);
      }
      return code.orElse(null);
    } catch (GitLabFailure | IOException e) {
      LOG.debug("no exit code of job {}: its log is not readable", job.id(), e);
      return null;
    }
  }

  /** The code in the last words of a log. */
  static Optional<Integer> in(String tail) {
    Matcher matcher = LAST_WORDS.matcher(tail);
    Optional<Integer> last = Optional.empty();
    while (matcher.find()) {
      last = Optional.of(Integer.valueOf(matcher.group(1)));
    }
    return last;
  }

  private static String tail(InputStream log) throws IOException {
    byte[] ring = new byte[TAIL];
    byte[] buffer = new byte[TAIL];
    int kept = 0;
    long total = 0;
    int read;
    while ((read = log.readNBytes(buffer, 0, TAIL)) > 0 && total < LONGEST_LOG) {
      total += read;
      int old = Math.min(kept, TAIL - read);
      System.arraycopy(ring, kept - old, ring, 0, old);
      System.arraycopy(buffer, 0, ring, old, read);
      kept = old + read;
    }
    return new String(ring, 0, kept, StandardCharsets.UTF_8);
  }
}
