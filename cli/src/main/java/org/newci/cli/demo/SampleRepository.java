package org.newci.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.transport.Daemon;

/** A small git repository in memory, served on the loopback by the git protocol. */
public final class SampleRepository implements AutoCloseable {

  /** The file that its pipeline makes. */
  public static final String ARTIFACT = "hello.txt";

  private static final String NAME = "hello";

  private static final String CI_FILE =
      """
      stages: [build, test]

      make-greeting:
        stage: build
        script:
          - sh greet.sh > hello.txt
        artifacts:
          paths: [hello.txt]

      check-greeting:
        stage: test
        script:
          - grep -q 'Hello from' hello.txt
      """;

  private static final String PROGRAM =
      """
      echo "Hello from commit $CI_COMMIT_SHA,"
      echo "built by job $CI_JOB_NAME of pipeline $CI_PIPELINE_ID."
      """;

  private final Daemon daemon;
  private final String commit;

  private SampleRepository(Daemon daemon, String commit) {
    this.daemon = daemon;
    this.commit = commit;
  }

  /** Makes it and serves it on a free port. */
  public static SampleRepository serve(Instant now) {
    try {
      InMemoryRepository repository = new InMemoryRepository(new DfsRepositoryDescription(NAME));
      String commit = commit(repository, now);
      Daemon daemon = new Daemon(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      daemon.setTimeout(10);
      daemon.setRepositoryResolver(
          (client, name) -> {
            if (!name.equals(NAME) && !name.equals(NAME + ".git")) {
              throw new RepositoryNotFoundException(name);
            }
            repository.incrementOpen();
            return repository;
          });
      daemon.getService("git-upload-pack").setEnabled(true);
      daemon.start();
      return new SampleRepository(daemon, commit);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot serve the sample repository", e);
    }
  }

  private static String commit(InMemoryRepository repository, Instant now) throws IOException {
    Map<String, String> files = new TreeMap<>();
    files.put(".gitlab-ci.yml", CI_FILE);
    files.put("greet.sh", PROGRAM);
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      TreeFormatter tree = new TreeFormatter();
      for (Map.Entry<String, String> file : files.entrySet()) {
        ObjectId blob =
            inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8));
        tree.append(file.getKey(), FileMode.REGULAR_FILE, blob);
      }
      CommitBuilder commit = new CommitBuilder();
      PersonIdent author = new PersonIdent("NewCI demo", "demo@localhost", now, ZoneOffset.UTC);
      commit.setAuthor(author);
      commit.setCommitter(author);
      commit.setTreeId(inserter.insert(tree));
      commit.setMessage("Greet whoever reads this\n");
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate update = repository.updateRef("refs/heads/main");
      update.setNewObjectId(id);
      update.forceUpdate();
      repository.updateRef(Constants.HEAD).link("refs/heads/main");
      return id.name();
    }
  }

  /** {@code git://127.0.0.1:PORT/hello.git}. */
  public String url() {
    return "git://127.0.0.1:%d/%s.git".formatted(daemon.getAddress().getPort(), NAME);
  }

  /** The full id of its one commit. */
  public String commit() {
    return commit;
  }

  @Override
  public void close() {
    daemon.stop();
  }
}
