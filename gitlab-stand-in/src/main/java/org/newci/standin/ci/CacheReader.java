package org.newci.standin.ci;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code cache}; {@code key: files} is worked out from the commit's files at once. */
record CacheReader(Faults faults, CommitFiles files) {
  static final int CACHES = 4;
  static final int KEY_FILES = 2;
  static final int FALLBACK_KEYS = 5;
  private static final Pattern POLICY = Pattern.compile("pull-push|push|pull|\\$\\w{1,255}");

  List<CacheSpec> caches(String where, Field field) {
    List<Value> values =
        field.value() instanceof Items items ? items.values() : List.of(field.value());
    if (values.size() > CACHES) {
      faults.add(where + ":caches config no more than 4 caches can be created", field.line());
      return List.of();
    }
    List<CacheSpec> caches = new ArrayList<>();
    for (Value value : values) {
      if (value instanceof Fields fields) {
        // An empty one is how a job says that it wants none.
        if (!fields.fields().isEmpty()) {
          caches.add(cache(where + ":cache", fields, caches.size()));
        }
      } else {
        faults.add(where + ":cache config should be a hash", value.line());
      }
    }
    return caches;
  }

  private CacheSpec cache(String where, Fields fields, int index) {
    Keywords.CACHE.check(where, fields, faults);
    Section section = new Section(where, fields, faults);
    List<String> fallback = section.texts("fallback_keys");
    if (fallback.size() > FALLBACK_KEYS) {
      faults.add(where + " fallback keys has to many entries (maximum 5)", fields.line());
    }
    String policy = section.text("policy", "pull-push");
    if (!POLICY.matcher(policy).matches()) {
      faults.add(
          where + " policy should be a variable or one of: pull-push, push, pull", fields.line());
    }
    return new CacheSpec(
        section.present("key").map(key -> key(where + ":key", key, index)).orElse("default"),
        fallback,
        new ArtifactSpec.Files(section.texts("paths"), List.of(), section.flag("untracked", false)),
        policy,
        section.word("when", "on_success", "on_failure", "always"),
        section.flag("unprotect", false));
  }

  private String key(String where, Field field, int index) {
    if (field.value() instanceof Scalar scalar
        && (scalar.isString() || scalar.kind() == Value.Kind.NUMBER)) {
      String key = scalar.text();
      if (key.contains("/") || key.equals(".") || key.equals("..") || key.isBlank()) {
        faults.add(
            where + " config cannot contain the \"/\" character, nor be . or ..", field.line());
      }
      return key;
    }
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + " should be a hash, a string or a symbol", field.line());
      return "default";
    }
    Keywords.CACHE_KEY.check(where, fields, faults);
    Section section = new Section(where, fields, faults);
    List<String> names = section.texts("files");
    if (names.isEmpty() && !Keywords.CACHE_KEY.refusesOneOf(fields)) {
      faults.add(where + " config missing required keys: files", field.line());
    } else if (names.size() > KEY_FILES) {
      faults.add(where + ":files config has too many items (maximum is 2)", field.line());
    }
    // Without a prefix GitLab takes the cache's place in the list.
    return section.text("prefix", String.valueOf(index)) + "-" + digest(names);
  }

  /** As GitLab does it: one SHA-1 over the sorted ids of the contents. */
  private String digest(List<String> names) {
    TreeSet<String> ids = new TreeSet<>();
    for (String name : names) {
      List<String> paths =
          name.contains("*") ? Glob.ofInclude(name).among(files.paths()) : List.of(name);
      paths.forEach(path -> files.contentId(path).ifPresent(ids::add));
    }
    if (ids.isEmpty()) {
      return "default";
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest(String.join("-", ids).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1 is in every JDK", e);
    }
  }
}
