package org.newci.standin.ci;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/** Reads the parts that a job and {@code default} share; a part that is absent is empty. */
record Parts(
    Faults faults,
    Scripts scripts,
    Words words,
    ImageReader images,
    CacheReader caches,
    FailureReader failures) {
  /** Tags of one job. */
  static final int TAGS = 50;

  static Parts of(Faults faults, CommitFiles files) {
    return new Parts(
        faults,
        new Scripts(faults),
        new Words(faults),
        new ImageReader(faults, new Variables(faults)),
        new CacheReader(faults, files),
        new FailureReader(faults));
  }

  Optional<List<String>> script(String where, String name, Map<String, Field> job) {
    return present(job, name).flatMap(field -> scripts.script(where + ":" + name, field));
  }

  Optional<Duration> timeout(String where, Map<String, Field> job) {
    return present(job, "timeout").flatMap(field -> words.timeout(where, field));
  }

  Optional<List<String>> tags(String where, Map<String, Field> job) {
    Field field = job.get("tags");
    if (field == null) {
      return Optional.empty();
    }
    Optional<List<String>> tags = scripts.names(where + ":tags config", field);
    if (tags.isPresent() && tags.get().size() > TAGS) {
      faults.add(where + ":tags config must be less than the limit of 50 tags", field.line());
    }
    return tags;
  }

  /** Empty when the file says nothing; else what it says, which may leave nothing behind. */
  Optional<ArtifactSpec> artifacts(String where, Map<String, Field> job) {
    return present(job, "artifacts")
        .map(field -> new ArtifactReader(faults, words).artifacts(where, field));
  }

  Optional<ImageSpec> image(String where, Map<String, Field> job) {
    return present(job, "image").flatMap(field -> images.image(where, field));
  }

  Optional<List<ImageSpec>> services(String where, Map<String, Field> job) {
    return present(job, "services").map(field -> images.services(where, field));
  }

  Optional<List<CacheSpec>> caches(String where, Map<String, Field> job) {
    return present(job, "cache").map(field -> caches.caches(where, field));
  }

  Optional<RetrySpec> retry(String where, Map<String, Field> job) {
    return present(job, "retry").map(field -> failures.retry(where, field));
  }

  Optional<Boolean> interruptible(String where, Map<String, Field> job) {
    Field field = job.get("interruptible");
    if (field == null) {
      return Optional.empty();
    }
    Optional<Boolean> flag = Words.flag(field);
    if (flag.isEmpty()) {
      faults.add(where + ":interruptible config should be a boolean value", field.line());
    }
    return flag;
  }

  /** {@code hooks: pre_get_sources_script}. */
  Optional<List<String>> hooks(String where, Map<String, Field> job) {
    Field field = job.get("hooks");
    if (field == null) {
      return Optional.empty();
    }
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + ":hooks config should be a hash", field.line());
      return Optional.empty();
    }
    Keywords.HOOKS.check(where + ":hooks", fields, faults);
    return script(where + ":hooks", "pre_get_sources_script", fields.fields());
  }

  private static Optional<Field> present(Map<String, Field> job, String name) {
    return Optional.ofNullable(job.get(name)).filter(field -> !field.value().isNull());
  }
}
