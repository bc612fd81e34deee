package org.newci.controller.show;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.StopView;
import org.newci.controller.registry.Person;
import org.newci.controller.registry.Registry;

/**
 * The newest answers of {@code GET /status}, each good as long as nothing has changed. Large ones
 * are not kept, and the one that was not asked for longest goes first.
 */
final class StatusAnswers {

  static final int LARGEST = 1024 * 1024;
  private static final int MOST = 8;

  /**
   * All that an answer depends on.
   *
   * @param state what {@link History#state} said before it was put together
   * @param reader who asks; null for all who may see everything
   */
  record Key(
      String state,
      History.Wanted wanted,
      Registry registry,
      @Nullable Person reader,
      @Nullable String problem,
      List<StopView> stops) {}

  /** An answer and its entity tag. */
  static final class Answer {
    private final byte[] body;
    private final String tag;

    Answer(byte[] body) {
      this.body = body;
      this.tag = tag(body);
    }

    /** Not a digest: in a young process that takes longer than all else, with a long queue. */
    private static String tag(byte[] body) {
      CRC32 one = new CRC32();
      one.update(body);
      CRC32C other = new CRC32C();
      other.update(body);
      return "\"%08x%08x%x\"".formatted(one.getValue(), other.getValue(), body.length);
    }

    byte[] body() {
      return body;
    }

    String tag() {
      return tag;
    }
  }

  private final Map<Key, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);

  synchronized @Nullable Answer find(Key key) {
    return answers.get(key);
  }

  /** Keeps it; those of another state will not be asked for again. */
  synchronized void keep(Key key, Answer answer) {
    if (answer.body.length > LARGEST) {
      return;
    }
    answers.keySet().removeIf(other -> !other.state().equals(key.state()));
    answers.put(key, answer);
    if (answers.size() > MOST) {
      answers.remove(answers.keySet().iterator().next());
    }
  }
}
