package org.newci.vcs.mirror;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;
import org.newci.vcs.gitlab.GitLabProject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Projects that GitLab only marked for deletion, since it did not remove them at once: asked again
 * from time to time. Those that it refuses go by themselves after GitLab's own delay.
 */
final class MarkedProjects {

  private static final Duration EVERY = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(MarkedProjects.class);

  private final GitLab gitlab;
  private final Clock clock;
  private final AtomicReference<Instant> next = new AtomicReference<>(Instant.EPOCH);

  MarkedProjects(GitLab gitlab, Clock clock) {
    this.gitlab = gitlab;
    this.clock = clock;
  }

  /** Removes what it can, on a thread of its own, at most once an hour. */
  void sweepIfDue() {
    Instant now = clock.instant();
    Instant due = next.get();
    if (!now.isBefore(due) && next.compareAndSet(due, now.plus(EVERY))) {
      Thread.ofVirtual().name("marked projects").start(this::sweep);
    }
  }

  private void sweep() {
    try {
      String ours = gitlab.username() + "/";
      for (GitLabProject marked : gitlab.markedProjects()) {
        String path = marked.pathWithNamespace();
        if (path.startsWith(ours) && path.endsWith("-deletion_scheduled-" + marked.id())) {
          remove(marked);
        }
      }
    } catch (GitLabFailure e) {
      LOG.info("projects that are marked for deletion were not looked for: {}", e.getMessage());
    }
  }

  private void remove(GitLabProject marked) {
    try {
      gitlab.removeNow(marked.id(), marked.pathWithNamespace());
      LOG.info("removed project {}, which was marked for deletion", marked.id());
    } catch (GitLabFailure e) {
      LOG.info("project {} stays marked for deletion: {}", marked.id(), e.getMessage());
    }
  }
}
