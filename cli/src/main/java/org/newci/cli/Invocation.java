package org.newci.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.cli.setup.DataFolder;

/**
 * What a command was called with, apart from its arguments.
 *
 * @param env the environment
 * @param user who calls: root has another standard folder
 * @param out what others may read and use
 * @param err what is only for the person
 */
public record Invocation(
    Map<String, String> env, String user, Clock clock, PrintStream out, PrintStream err) {

  public Invocation {
    env = Map.copyOf(env);
  }

  /** That of this process. */
  public static Invocation ofProcess() {
    return new Invocation(
        System.getenv(),
        System.getProperty("user.name", ""),
        Clock.systemUTC(),
        System.out,
        System.err);
  }

  /** The data folder that was named, else the standard one. */
  public DataFolder folder(@Nullable Path named) {
    return named == null ? DataFolder.standard(env, user) : new DataFolder(named);
  }

  public boolean isRoot() {
    return user.equals("root");
  }
}
