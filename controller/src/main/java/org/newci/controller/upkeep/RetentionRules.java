package org.newci.controller.upkeep;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.store.RetentionRequest;
import org.newci.shell.config.Settings;

/**
 * What the schedule removes and how often.
 *
 * @param request ages by kind; a kind without one is kept for ever
 */
public record RetentionRules(Duration every, RetentionRequest request) {

  /** Nothing is removed by itself. */
  public static final RetentionRules NONE =
      new RetentionRules(Duration.ofDays(1), new RetentionRequest(false, null, null, null, null));

  /**
   * {@code NEWCI_RETAIN_ARTIFACT_DAYS}, {@code NEWCI_RETAIN_UPLOAD_DAYS}, {@code
   * NEWCI_RETAIN_LOG_DAYS}, {@code NEWCI_RETAIN_EVERY} and {@code NEWCI_RETAIN_DRY_RUN}.
   */
  public static RetentionRules from(Settings settings) {
    return new RetentionRules(
        settings.duration("NEWCI_RETAIN_EVERY", NONE.every()),
        new RetentionRequest(
            settings.flag("NEWCI_RETAIN_DRY_RUN", false),
            days(settings, "NEWCI_RETAIN_ARTIFACT_DAYS"),
            days(settings, "NEWCI_RETAIN_UPLOAD_DAYS"),
            days(settings, "NEWCI_RETAIN_LOG_DAYS"),
            null));
  }

  private static @Nullable Integer days(Settings settings, String name) {
    long days = settings.number(name, 0);
    return days == 0 ? null : Math.clamp(days, -1, Integer.MAX_VALUE);
  }

  /** True when there is an age for some kind. */
  boolean any() {
    return request.artifactDays() != null
        || request.uploadDays() != null
        || request.logDays() != null;
  }
}
