package org.newci.runner.job;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.newci.runner.gitlab.JobPayload;
import org.newci.runner.gitlab.JobPayload.Image;

/** Names in the log what a job asks for and this runner does not have. */
final class Unsupported {

  private static final List<String> STEPS = List.of("script", "after_script");

  private Unsupported() {}

  /** A sentence when the job must not run; else empty. */
  static String check(JobPayload job, boolean ignoreImage, JobLog log) {
    String image = job.image() == null || job.image().name() == null ? "" : job.image().name();
    if (!image.isEmpty() && !ignoreImage) {
      return ("it asks for the image '%s', and this runner runs jobs without images"
              + " (NEWCI_IGNORE_IMAGE=true on the runner ignores that)")
          .formatted(image);
    }
    String services =
        job.services().stream()
            .map(Image::name)
            .filter(Objects::nonNull)
            .collect(Collectors.joining(", "));
    if (!services.isEmpty() && !ignoreImage) {
      return ("it asks for the services '%s', and this runner runs jobs without containers"
              + " (NEWCI_IGNORE_IMAGE=true on the runner ignores that)")
          .formatted(services);
    }
    String step =
        job.steps().stream()
            .map(JobPayload.Step::name)
            .filter(name -> !STEPS.contains(name))
            .collect(Collectors.joining(", "));
    if (!step.isEmpty()) {
      return "it has the step '%s', which this runner does not know".formatted(step);
    }
    if (!image.isEmpty()) {
      log.warn("WARNING: the image '%s' is ignored by this runner".formatted(image));
    }
    if (!services.isEmpty()) {
      log.warn("WARNING: services are ignored by this runner: " + services);
    }
    return "";
  }
}
