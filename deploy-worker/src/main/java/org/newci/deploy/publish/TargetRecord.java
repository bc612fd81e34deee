package org.newci.deploy.publish;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.deploy.blob.Sha256;

/**
 * What the environment itself remembers about one published name, in {@code .newci/} beside the
 * served files: it decides the order, so that any worker sees it.
 *
 * @param sequence highest one that was begun; absent when nobody gave one
 * @param fence of the controller that asked for it last, of several that may
 * @param state {@code publishing} from just before the rename until just after it, then {@code
 *     published}
 * @param at when that state began
 * @param by who asked for it by hand, and why
 * @param refused digests that were rolled back
 * @param history what was served before, latest first
 */
public record TargetRecord(
    String name,
    @Nullable Long sequence,
    String sha256,
    long size,
    @Nullable String build,
    @Nullable Long fence,
    String state,
    Instant at,
    @Nullable String by,
    @Nullable String why,
    @Nullable List<String> refused,
    @Nullable List<Past> history) {

  static final String PUBLISHING = "publishing";
  static final String PUBLISHED = "published";

  /** Bytes that one can go back to, and digests that are refused. */
  private static final int REMEMBERED = 20;

  /** What was served before. */
  public record Past(
      String sha256,
      long size,
      @Nullable String build,
      Instant since,
      @Nullable String by,
      @Nullable String why) {}

  /** The record of that order for those bytes, after the former record. */
  static TargetRecord of(
      Order order, Sha256 digest, long size, Optional<TargetRecord> old, Instant now) {
    Long sequence =
        order.sequence() != null ? order.sequence() : old.map(TargetRecord::sequence).orElse(null);
    Order.Redo redo = order.redo();
    return new TargetRecord(
        order.name().value(),
        sequence,
        digest.hex(),
        size,
        order.build(),
        fenceAfter(order, sequence, old),
        PUBLISHING,
        now,
        redo == null ? null : redo.by(),
        redo == null ? null : redo.why(),
        refusedAfter(digest, redo != null, old),
        historyAfter(digest, old));
  }

  /** Each number in the order of deployments has a lease, and thus fences, of its own. */
  private static @Nullable Long fenceAfter(
      Order order, @Nullable Long sequence, Optional<TargetRecord> old) {
    if (order.fence() != null) {
      return order.fence();
    }
    return old.filter(record -> Objects.equals(sequence, record.sequence()))
        .map(TargetRecord::fence)
        .orElse(null);
  }

  /** Whoever goes back does not want what was there; whoever asks for bytes by hand wants them. */
  private static List<String> refusedAfter(
      Sha256 digest, boolean redo, Optional<TargetRecord> old) {
    List<String> all = new ArrayList<>(old.map(TargetRecord::refusals).orElse(List.of()));
    if (redo) {
      old.ifPresent(
          record -> {
            if (!all.contains(record.sha256())) {
              all.addFirst(record.sha256());
            }
          });
      all.remove(digest.hex());
    }
    return List.copyOf(all.subList(0, Math.min(REMEMBERED, all.size())));
  }

  private static List<Past> historyAfter(Sha256 digest, Optional<TargetRecord> old) {
    List<Past> all = new ArrayList<>(old.map(TargetRecord::past).orElse(List.of()));
    old.filter(record -> !record.sha256().equals(digest.hex()))
        .ifPresent(r -> all.addFirst(new Past(r.sha256, r.size, r.build, r.at, r.by, r.why)));
    return List.copyOf(all.subList(0, Math.min(REMEMBERED, all.size())));
  }

  /** True when, as far as it was written down, those bytes are served under the name. */
  boolean serves(Sha256 digest) {
    return state.equals(PUBLISHED) && sha256.equals(digest.hex());
  }

  /** Digests that were rolled back. */
  List<String> refusals() {
    return Objects.requireNonNullElse(refused, List.of());
  }

  /** What was served before, latest first. */
  List<Past> past() {
    return Objects.requireNonNullElse(history, List.of());
  }

  /** What to go back to when nobody says: the latest bytes that were not gone back from. */
  Optional<Sha256> before() {
    return past().stream()
        .map(Past::sha256)
        .filter(hex -> !hex.equals(sha256) && !refusals().contains(hex))
        .findFirst()
        .map(Sha256::new);
  }

  /** True when those bytes are or were served under the name. */
  boolean served(Sha256 digest) {
    return sha256.equals(digest.hex())
        || past().stream().anyMatch(one -> one.sha256().equals(digest.hex()));
  }

  /** The same, in another state. */
  TargetRecord in(String nextState, Instant now) {
    return new TargetRecord(
        name, sequence, sha256, size, build, fence, nextState, now, by, why, refused, history);
  }
}
