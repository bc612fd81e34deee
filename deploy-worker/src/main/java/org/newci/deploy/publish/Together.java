package org.newci.deploy.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.newci.deploy.ssh.SshFailure;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets uploads that are whole take their names, under the environment's lock. Several do so by a
 * journal, {@code .newci/pending}: written before the first rename and removed after the last, so
 * that whoever comes next completes what a crash interrupted. sftp can rename one file at a time: a
 * reader may see some of them for the moment in between, never a part of a file.
 */
final class Together {

  private static final Logger LOG = LoggerFactory.getLogger(Together.class);

  /** The journal's name, also for whoever clears old uploads. */
  static final String PENDING = "pending";

  /** One upload and what is to be remembered of it. */
  record Step(String temp, TargetRecord record) {}

  private record Journal(List<Step> steps) {}

  private final Site site;
  private final TargetLock lock;
  private final Clock clock;

  Together(Site site, TargetLock lock, Clock clock) {
    this.site = site;
    this.lock = lock;
    this.clock = clock;
  }

  /** Completes what another one began. */
  void recover() throws SshFailure {
    Optional<byte[]> bytes = site.connection().read(site.aside(PENDING));
    if (bytes.isPresent() || lock.tookOver()) {
      site.sortLost();
    }
    if (bytes.isEmpty()) {
      return;
    }
    Journal journal;
    try {
      journal =
          Json.lenient().readValue(new String(bytes.get(), StandardCharsets.UTF_8), Journal.class);
    } catch (JsonProcessingException e) {
      throw Problem.badGateway(
          "record-unreadable",
          "The journal %s is damaged; remove it to deploy anew.".formatted(site.aside(PENDING)));
    }
    LOG.info("completing a deployment of {} files that was interrupted", journal.steps().size());
    for (Step step : journal.steps()) {
      if (site.connection().size(step.temp()).isPresent()) {
        rename(step);
      } else if (site.has(nameOf(step), step.record().size())) {
        // Without its upload it was renamed already.
        note(step);
      } else {
        LOG.warn("the upload {} of '{}' is gone", step.temp(), step.record().name());
      }
    }
    lock.remove(site.aside(PENDING));
  }

  /**
   * Lets those take their names. When it fails after its journal was written, it is completed
   * later.
   */
  void publish(List<Step> steps) throws SshFailure {
    for (Step step : steps) {
      if (site.blocked(nameOf(step))) {
        throw new SshFailure(
            SshFailure.Kind.SSH_FAILED,
            "There is a folder in the way of '%s'; nothing was published."
                .formatted(step.record().name()),
            null);
      }
    }
    if (steps.size() > 1) {
      lock.put(site.aside(PENDING), new Journal(steps));
    }
    steps.forEach(
        step -> LOG.info("publishing '{}' {}", step.record().name(), step.record().sha256()));
    for (Step step : steps) {
      rename(step);
    }
    if (steps.size() > 1) {
      lock.remove(site.aside(PENDING));
    }
  }

  private void rename(Step step) throws SshFailure {
    PublishedName name = nameOf(step);
    lock.put(site.recordPath(name), step.record());
    lock.publish(step.temp(), site.path(name));
    note(step);
  }

  private void note(Step step) throws SshFailure {
    lock.put(
        site.recordPath(nameOf(step)), step.record().in(TargetRecord.PUBLISHED, clock.instant()));
  }

  private static PublishedName nameOf(Step step) {
    return new PublishedName(step.record().name());
  }
}
