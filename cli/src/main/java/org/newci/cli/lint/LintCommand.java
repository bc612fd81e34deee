package org.newci.cli.lint;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.Invocation;
import org.newci.standin.ci.CiFile;
import org.newci.standin.ci.Compiled;
import org.newci.standin.ci.JobSpec;
import org.newci.standin.ci.JobWhen;
import org.newci.standin.ci.PushContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code newci lint}. */
@Command(
    name = "lint",
    description = {
      "Reads a .gitlab-ci.yml and prints the jobs of its pipeline in order, or what is wrong with",
      "it and where. Included files are looked for in the folder of the repository."
    })
public final class LintCommand implements Callable<Integer> {

  private static final long LARGEST = 16L << 20;

  @Parameters(paramLabel = "FILE", description = "The CI file.")
  private Path file = Path.of(".gitlab-ci.yml");

  @Option(
      names = "--ref",
      paramLabel = "NAME",
      description = "The branch that is pushed (default: main).")
  private String ref = "main";

  @Option(names = "--tag", description = "The ref is a tag.")
  private boolean tag;

  @Option(
      names = "--source",
      paramLabel = "WORD",
      description = "What starts the pipeline: push (default), api, web, trigger, schedule.")
  private String source = "push";

  @Option(
      names = "--variable",
      paramLabel = "NAME=VALUE",
      description = "A variable of the project or the pipeline; may be repeated.")
  private Map<String, String> variables = new LinkedHashMap<>();

  private final Invocation invocation;

  public LintCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Path path = file.toAbsolutePath().normalize();
    return switch (CiFile.compile(bytes(path), context(path))) {
      case Compiled.Invalid invalid -> {
        invalid.errors().forEach(error -> invocation.err().println(file + ": " + error));
        yield Exit.FAILED;
      }
      case Compiled.NoJobs none -> {
        invocation.err().println(file + ": " + none.why());
        yield Exit.FAILED;
      }
      case Compiled.Pipeline pipeline -> {
        print(pipeline, invocation.out());
        yield Exit.OK;
      }
    };
  }

  private static byte[] bytes(Path path) {
    try {
      if (Files.size(path) > LARGEST) {
        throw new CommandFailed(Exit.FAILED, path + " is larger than " + LARGEST + " bytes");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new CommandFailed(Exit.FAILED, "cannot read " + path, e);
    }
  }

  private PushContext context(Path path) {
    Path root = root(path);
    Map<String, String> predefined = new HashMap<>();
    predefined.put("CI", "true");
    predefined.put("GITLAB_CI", "true");
    predefined.put("CI_COMMIT_REF_NAME", ref);
    predefined.put(tag ? "CI_COMMIT_TAG" : "CI_COMMIT_BRANCH", ref);
    predefined.put("CI_DEFAULT_BRANCH", "main");
    predefined.put("CI_PIPELINE_SOURCE", source);
    predefined.put("CI_CONFIG_PATH", root.relativize(path).toString());
    return new PushContext(ref, tag, source, predefined, variables, new FolderFiles(root));
  }

  /** The folder above the file that holds a repository, else the file's own. */
  private static Path root(Path path) {
    Path own = path.getParent() == null ? path : path.getParent();
    for (Path folder = own; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"))) {
        return folder;
      }
    }
    return own;
  }

  private static void print(Compiled.Pipeline pipeline, PrintStream out) {
    String stage = "";
    for (JobSpec job : pipeline.jobs()) {
      if (!job.stage().equals(stage)) {
        stage = job.stage();
        out.println(stage);
      }
      StringBuilder line = new StringBuilder("  ").append(job.name());
      if (job.when() != JobWhen.ON_SUCCESS) {
        line.append(", ").append(job.when().word());
      }
      job.startIn().ifPresent(time -> line.append(" after ").append(time.toSeconds()).append(" s"));
      line.append(job.allowFailure() ? ", may fail" : "");
      job.needs()
          .ifPresent(
              needs ->
                  line.append(
                      needs.isEmpty()
                          ? ", starts at once"
                          : ", after "
                              + String.join(", ", needs.stream().map(n -> n.job()).toList())));
      out.println(line);
    }
  }
}
