package org.newci.contracts.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /blobs?prefix=P&after=NAME&limit=N}: names in the order of their bytes.
 *
 * @param next the {@code after} of the next page; absent on the last
 */
public record BlobList(List<Entry> blobs, @Nullable String next) {

  /**
   * One name.
   *
   * @param sha256 64 hex digits
   * @param size bytes
   * @param created when the name got to point there
   */
  public record Entry(String name, String sha256, long size, Instant created) {}
}
