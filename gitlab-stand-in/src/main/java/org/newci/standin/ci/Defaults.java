package org.newci.standin.ci;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/** What a job gets where it says nothing itself; its own value replaces the default as a whole. */
record Defaults(
    Commands commands,
    Optional<ArtifactSpec> artifacts,
    Optional<List<CacheSpec>> caches,
    Failing failing,
    Where where) {

  /** Its scripts. */
  record Commands(
      Optional<List<String>> before,
      Optional<List<String>> after,
      Optional<List<String>> preGetSources) {}

  /** What happens when something goes wrong. */
  record Failing(
      Optional<RetrySpec> retry, Optional<Duration> timeout, Optional<Boolean> interruptible) {}

  /** Where it runs. */
  record Where(
      Optional<ImageSpec> image, Optional<List<ImageSpec>> services, Optional<List<String>> tags) {}

  private static final List<String> GLOBALS =
      List.of("before_script", "after_script", "image", "services", "cache");

  /** Reads {@code default}, and what of it stands at the top of the file. */
  static Map<String, Field> fields(Fields top, Faults faults) {
    Map<String, Field> own = new LinkedHashMap<>();
    Field field = top.fields().get("default");
    if (field != null && !field.value().isNull()) {
      if (field.value() instanceof Fields fields) {
        Keywords.DEFAULT.check("default", fields, faults);
        own.putAll(fields.fields());
      } else {
        faults.add("default config should be a hash", field.line());
      }
    }
    Map<String, Field> all = new LinkedHashMap<>(own);
    for (String name : GLOBALS) {
      Field global = top.fields().get(name);
      if (global != null && !global.value().isNull()) {
        if (own.containsKey(name)) {
          faults.add(name + " is defined in top-level and `default:` entry", global.line());
        }
        all.put(name, global);
      }
    }
    all.values().removeIf(f -> f.value().isNull());
    return all;
  }

  /** The parts of these fields, those of a job as well as those of {@code default}. */
  static Defaults read(String where, Map<String, Field> all, Parts parts) {
    return new Defaults(
        new Commands(
            parts.script(where, "before_script", all),
            parts.script(where, "after_script", all),
            parts.hooks(where, all)),
        parts.artifacts(where, all),
        parts.caches(where, all),
        new Failing(
            parts.retry(where, all), parts.timeout(where, all), parts.interruptible(where, all)),
        new Where(parts.image(where, all), parts.services(where, all), parts.tags(where, all)));
  }

  /** A job's own parts, and these where it has none of its own and takes them. */
  Defaults under(Defaults own, Inherit.Part takes) {
    return new Defaults(
        new Commands(
            or(own.commands.before, commands.before, takes.has("before_script")),
            or(own.commands.after, commands.after, takes.has("after_script")),
            or(own.commands.preGetSources, commands.preGetSources, takes.has("hooks"))),
        or(own.artifacts, artifacts, takes.has("artifacts")),
        or(own.caches, caches, takes.has("cache")),
        new Failing(
            or(own.failing.retry, failing.retry, takes.has("retry")),
            or(own.failing.timeout, failing.timeout, takes.has("timeout")),
            or(own.failing.interruptible, failing.interruptible, takes.has("interruptible"))),
        new Where(
            or(own.where.image, where.image, takes.has("image")),
            or(own.where.services, where.services, takes.has("services")),
            or(own.where.tags, where.tags, takes.has("tags"))));
  }

  private static <T> Optional<T> or(Optional<T> own, Optional<T> other, boolean takes) {
    return own.isPresent() || !takes ? own : other;
  }
}
