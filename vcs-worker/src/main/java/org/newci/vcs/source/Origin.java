package org.newci.vcs.source;

import org.jspecify.annotations.Nullable;

/**
 * Where something is fetched from, and by what right.
 *
 * @param credential shown to its servers; null for none
 * @param loopback false keeps this machine's loopback out, whatever the worker's own setting
 */
public record Origin(SourceUrl url, @Nullable Credential credential, boolean loopback) {

  /** A public one. */
  static Origin open(SourceUrl url) {
    return new Origin(url, null, true);
  }
}
