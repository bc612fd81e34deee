package org.newci.deploy.publish;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.newci.deploy.blob.Sha256;

/**
 * What the environment itself remembers about one published name, in {@code .newci/} beside the
 * served files: it decides the order, so that any worker sees it.
 *
 * @param sequence highest one that was begun; absent when nobody gave one
 * @param state {@code publishing} from just before the rename until just after it, then {@code
 *     published}
 * @param at when that state began
 */
public record TargetRecord(
    String name,
    @Nullable Long sequence,
    String sha256,
    long size,
    @Nullable String build,
    @Nullable Integer attempt,
    String state,
    Instant at) {

  static final String PUBLISHING = "publishing";
  static final String PUBLISHED = "published";

  /** True when, as far as it was written down, those bytes are served under the name. */
  boolean serves(Sha256 digest) {
    return state.equals(PUBLISHED) && sha256.equals(digest.hex());
  }

  /** The same, in another state. */
  TargetRecord in(String nextState, Instant now) {
    return new TargetRecord(name, sequence, sha256, size, build, attempt, nextState, now);
  }
}
