package org.newci.vcs.gitlab;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens of single projects, to push with (GitLab: API, Project access tokens). Pipelines run with
 * the rights of who pushed, and GitLab ends those of a bot whose token is revoked: so a token is
 * revoked when its pipeline has been seen to end, and else expires by itself.
 */
public final class PushTokens {

  /** GitLab counts in days; the last one may be nearly over. */
  private static final int DAYS = 2;

  private static final int MOST = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(PushTokens.class);

  /** A token: its number, and the secret that is told once. */
  public record PushToken(long id, GitLabToken secret) {}

  private final GitLab gitlab;
  private final Clock clock;
  private final Map<Long, Long> open = new LinkedHashMap<>();

  public PushTokens(GitLab gitlab, Clock clock) {
    this.gitlab = gitlab;
    this.clock = clock;
  }

  /**
   * A fresh token of that project.
   *
   * @throws GitLabFailure when GitLab makes none, as without a licence on GitLab.com
   */
  public PushToken issue(long project) throws GitLabFailure {
    LocalDate end = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plusDays(DAYS);
    PushToken token = gitlab.createPushToken(project, end.toString());
    synchronized (open) {
      open.put(project, token.id());
      if (open.size() > MOST) {
        open.remove(open.keySet().iterator().next());
      }
    }
    return token;
  }

  /** Revokes what was issued for that project, if anything was; failing to is no failure. */
  public void retire(long project) {
    Long id;
    synchronized (open) {
      id = open.remove(project);
    }
    if (id != null) {
      try {
        gitlab.revokePushToken(project, id);
      } catch (GitLabFailure e) {
        LOG.info("the push token of project {} was not revoked: {}", project, e.getMessage());
      }
    }
  }
}
