package org.newci.contracts.vcs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /projects/ID/pipelines?commit=SHA&after=PIPELINE}: the pipelines of that
 * commit on {@code master} with a higher id than {@code after}, lowest id first.
 */
public record PipelineCandidates(List<Candidate> pipelines) {

  /** One pipeline: GitLab's id, status word and page. */
  public record Candidate(long id, String status, @Nullable String webUrl) {}
}
