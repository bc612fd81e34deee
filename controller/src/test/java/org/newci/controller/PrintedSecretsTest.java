package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.contracts.store.GrantAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.contracts.vcs.MirrorRequest;

/** What crosses the wire with a secret in it may be printed, in a log or an exception. */
class PrintedSecretsTest {

  private static final String SECRET = "not-for-the-log";

  @Test
  void noMessagePrintsItsSecret() {
    MirrorRequest mirror =
        new MirrorRequest(
            "https://git.example/a",
            "main",
            "a",
            null,
            "b1",
            1L,
            new MirrorRequest.Hook("https://ci.example/hook", SECRET),
            Map.of(),
            List.of(new MirrorRequest.Variable("KEY", SECRET, true, false)),
            null,
            null,
            null,
            null,
            null);
    GrantAnswer grant =
        new GrantAnswer("b1-job-1", SECRET, "b1.a", "b1", "open", Instant.EPOCH, null, null);
    CollectRequest collect = new CollectRequest(1, 1, "a", "b1", 1L, null, SECRET);
    assertThat(mirror.toString()).contains("https://ci.example/hook").doesNotContain(SECRET);
    assertThat(grant.toString()).contains("b1-job-1").doesNotContain(SECRET);
    assertThat(collect.toString()).contains("b1").doesNotContain(SECRET);
  }
}
