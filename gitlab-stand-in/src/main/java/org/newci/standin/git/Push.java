package org.newci.standin.git;

import java.util.List;
import org.newci.standin.project.Project;
import org.newci.standin.user.User;

/** Refs that a push has changed. */
public record Push(Project project, User user, List<Change> changes, List<String> options) {

  /** The all-zero id: no commit. */
  public static final String NONE = "0".repeat(40);

  /** One ref, full name; NONE before it was made and after it was deleted. */
  public record Change(String ref, String before, String after) {

    public boolean isTag() {
      return ref.startsWith("refs/tags/");
    }

    /** {@code master}. */
    public String shortName() {
      return ref.replaceFirst("^refs/(heads|tags)/", "");
    }

    public boolean isDeletion() {
      return after.equals(NONE);
    }
  }

  /** Who is told of a push before its sender gets the answer. */
  public interface Listener {
    void pushed(Push push);
  }
}
