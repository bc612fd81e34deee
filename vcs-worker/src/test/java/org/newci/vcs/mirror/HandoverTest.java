package org.newci.vcs.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.GitDaemon;
import org.newci.neighbours.NeedsProgram;
import org.newci.vcs.WorkerRig;

class HandoverTest {

  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void whatIsHandedOverIsClosedOnceWhoeverIsFirst() {
    Handover<Runnable> before = new Handover<>(Runnable::run);
    before.give(closed::incrementAndGet);
    before.close();
    before.close();
    assertThat(closed).hasValue(1);
    Handover<Runnable> after = new Handover<>(Runnable::run);
    after.close();
    assertThatThrownBy(() -> after.give(closed::incrementAndGet))
        .isInstanceOf(CancellationException.class);
    assertThat(closed).hasValue(2);
  }

  /** The cache keeps nothing here that is not in use. */
  @Test
  @NeedsProgram("git")
  void sourcesOfARefusedMirrorAreNotKeptInUse(@TempDir Path temp) throws IOException {
    for (String name : List.of("one", "two")) {
      GitCommand.init(temp.resolve("src/" + name)).commit(".gitlab-ci.yml", "job: {script: a}");
    }
    try (GitDaemon daemon = GitDaemon.serve(temp.resolve("src"), temp.resolve("daemon.log"));
        WorkerRig rig =
            new WorkerRig(temp, "http://127.0.0.1:1", Map.of("NEWCI_CACHE_LIMIT", "0"))) {
      Map<String, Object> first =
          Map.of("git", daemon.url("one"), "ref", "main", "name", "p", "build", "b2", "fence", 2);
      assertThat(rig.post("/repo", first).status()).isEqualTo(200);
      Map<String, Object> late =
          Map.of("git", daemon.url("one"), "ref", "main", "name", "p", "build", "b1", "fence", 1);
      assertThat(rig.post("/repo", late).status()).isEqualTo(409);
      Map<String, Object> other =
          Map.of("git", daemon.url("two"), "ref", "main", "name", "q", "build", "b3", "fence", 3);
      assertThat(rig.post("/repo", other).status()).isEqualTo(200);
      try (var kept = Files.list(rig.home.resolve("data/cache"))) {
        assertThat(kept).hasSize(1);
      }
    }
  }
}
