package org.newci.vcs.mirror;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.shell.json.Json;

/**
 * What a mirror leaves at the GitLab project, as the CI variable {@code NEWCI_MARKER}: for whom it
 * was made. Every worker sees it there.
 *
 * @param build absent for a direct request
 * @param fence the highest that this project was made with
 * @param commit what {@code master} is, once the push was done
 * @param floor pipelines with this id or a lower one are older than the push
 */
record ProjectMarker(@Nullable String build, long fence, String commit, long floor) {

  static final String VARIABLE = "NEWCI_MARKER";

  String json() {
    return Json.write(this);
  }

  /** The marker in that text; empty where somebody else wrote it. */
  static Optional<ProjectMarker> read(String text) {
    try {
      ProjectMarker marker = Json.lenient().readValue(text, ProjectMarker.class);
      return marker == null || marker.commit == null ? Optional.empty() : Optional.of(marker);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
