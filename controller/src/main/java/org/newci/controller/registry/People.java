package org.newci.controller.registry;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Some people: {@code everybody} with a token, {@code user:SUBJECT}, {@code group:NAME}.
 *
 * @param words as they are written in the registry
 */
record People(Set<String> words) {

  static final People NOBODY = new People(Set.of());
  static final People EVERYBODY = new People(Set.of("everybody"));

  private static final Pattern SHAPE = Pattern.compile("everybody|(user|group):\\S{1,200}");

  People {
    words = Set.copyOf(words);
  }

  static People of(List<String> written) {
    return new People(Set.copyOf(written));
  }

  /** True if that can be one of the words. */
  static boolean isWord(String word) {
    return SHAPE.matcher(word).matches();
  }

  boolean has(Person person) {
    return words.contains("everybody")
        || words.contains("user:" + person.subject())
        || person.groups().stream().anyMatch(group -> words.contains("group:" + group));
  }

  @Override
  public String toString() {
    return words.isEmpty() ? "nobody" : String.join(", ", words.stream().sorted().toList());
  }
}
