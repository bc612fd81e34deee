package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which failed jobs are tried again. */
class RetriesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0                                           | script_failure             |     | 0 | false
          1                                           | script_failure             |     | 0 | true
          1                                           | script_failure             |     | 1 | false
          2                                           | script_failure             |     | 1 | true
          2                                           | script_failure             |     | 2 | false
          {max: 2, when: runner_system_failure}       | script_failure             | 1   | 0 | false
          {max: 2, when: runner_system_failure}       | runner_system_failure      |     | 0 | true
          {max: 2, when: [unknown_failure, always]}   | script_failure             | 1   | 0 | true
          {max: 2, exit_codes: 137}                   | script_failure             | 137 | 0 | true
          {max: 2, exit_codes: 137}                   | script_failure             | 1   | 0 | false
          {max: 2, exit_codes: [1], when: api_failure}| api_failure                |     | 0 | true
          {max: 0, when: always}                      | script_failure             | 1   | 0 | false
          2                                           | missing_dependency_failure |     | 0 | false
          0                                           | scheduler_failure          |     | 1 | true
          0                                           | scheduler_failure          |     | 2 | false
          """)
  void again(String retry, String reason, Integer exitCode, int tries, boolean expected) {
    assertThat(Retries.again(job("retry: " + retry), reason, exitCode, tries)).isEqualTo(expected);
  }

  @Test
  void anExitCodeMakesAFailureAllowed() {
    JobSpec job = job("allow_failure: {exit_codes: [3, 4]}");
    assertThat(job.allowFailure()).isFalse();
    assertThat(job.afterExit(null).allowFailure()).isFalse();
    assertThat(job.afterExit(1).allowFailure()).isFalse();
    assertThat(job.afterExit(4).allowFailure()).isTrue();
    assertThat(job("allow_failure: true").afterExit(9).allowFailure()).isTrue();
  }

  private static JobSpec job(String more) {
    String file = "a:\n  script: a\n  " + more + "\n";
    PushContext push = new PushContext("master", false, "push", Map.of());
    return ((Compiled.Pipeline) CiFile.compile(file, push)).jobs().getFirst();
  }
}
