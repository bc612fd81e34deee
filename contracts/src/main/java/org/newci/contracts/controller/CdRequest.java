package org.newci.contracts.controller;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /cd}.
 *
 * @param repo URL of the repository to build (http, https, git or ssh)
 * @param ref branch, tag or full commit id
 * @param artifact file among the job artifacts to deploy; absent for a build that only tests
 * @param publishedName name to serve it under; the artifact's own file name when absent
 * @param artifacts several, served together or not at all, instead of the two before
 * @param priority {@code high}, {@code normal} or {@code low}; {@code normal} when absent
 */
public record CdRequest(
    @Nullable String repo,
    @Nullable String ref,
    @Nullable String artifact,
    @Nullable String publishedName,
    @Nullable List<Item> artifacts,
    @Nullable String priority) {

  /** Of normal priority. */
  public CdRequest(
      @Nullable String repo,
      @Nullable String ref,
      @Nullable String artifact,
      @Nullable String publishedName,
      @Nullable List<Item> artifacts) {
    this(repo, ref, artifact, publishedName, artifacts, null);
  }

  /** Of one artifact, or of none. */
  public CdRequest(
      @Nullable String repo,
      @Nullable String ref,
      @Nullable String artifact,
      @Nullable String publishedName) {
    this(repo, ref, artifact, publishedName, null);
  }

  /** One of several. */
  public record Item(@Nullable String artifact, @Nullable String publishedName) {}
}
