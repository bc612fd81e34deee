package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that others wrote, run with nobody's configuration. */
final class ForeignClient {

  private final Path dir;
  private final Map<String, String> env;

  ForeignClient(Path dir, Map<String, String> env) {
    this.dir = dir;
    this.env = env;
  }

  /** Runs it; it must end well. What it printed. */
  String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(dir, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(output.toFile());
    builder.environment().put("HOME", dir.toString());
    builder.environment().put("NO_PROXY", "localhost,127.0.0.1");
    builder.environment().put("no_proxy", "localhost,127.0.0.1");
    builder.environment().putAll(env);
    Process process = builder.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended).as("%s ends; it printed: %s", command, text).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, text).isZero();
    return text;
  }
}
