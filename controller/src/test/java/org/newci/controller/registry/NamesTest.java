package org.newci.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.shell.problem.Problem;

class NamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"main", "feature/x-1", "refs/tags/v1.0", "v1.0", "a@b", "überholt", "#1"})
  void refsAsGitAllowsThem(String ref) {
    assertThat(Names.ref(ref)).isEqualTo(ref);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-x", "--upload-pack=x", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b",
        "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "@", "a@{1}", "a\nb",
            "a\u007f"
      })
  void refsThatGitForbids(String ref) {
    assertThatThrownBy(() -> Names.ref(ref))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'ref'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "../a", "a/../b", "a//b", "./a", "a\nb", "."})
  void artifactsThatAreNoPath(String path) {
    assertThatThrownBy(() -> Names.artifact(path)).hasMessageContaining("'artifact'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a/b", "..", ".", ".hidden", "-rf", "a\\b", "a\nb", "a\u0000", "a\u2028b"})
  void publishedNamesThatAreNoPlainFileName(String name) {
    assertThatThrownBy(() -> Names.fileName("published_name", name))
        .hasMessageContaining("'published_name'");
  }

  @Test
  void ordinaryNamesAreFine() {
    assertThat(Names.artifact("dist/a b.tar.gz")).isEqualTo("dist/a b.tar.gz");
    assertThat(Names.fileName("published_name", "foo-1.2.4;$x")).isEqualTo("foo-1.2.4;$x");
    assertThatThrownBy(() -> Names.fileName("artifact", "x".repeat(201)))
        .isInstanceOf(Problem.class);
  }
}
