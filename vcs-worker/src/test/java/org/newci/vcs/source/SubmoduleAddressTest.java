package org.newci.vcs.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a submodule lies, and that no address leads from one host to another. */
class SubmoduleAddressTest {

  private static final SourceUrl PARENT = SourceUrl.parse("https://git.example/group/app");

  private static SourceUrl resolved(String address) throws SourceFailure {
    return SubmoduleSources.resolve(PARENT, new Submodule("lib", address, ObjectId.zeroId()));
  }

  @ParameterizedTest
  @CsvSource({
    "../lib, https://git.example/group/lib",
    "../../lib, https://git.example/lib",
    "./lib, https://git.example/group/app/lib",
    ".././lib, https://git.example/group/lib",
    "https://other.example/lib, https://other.example/lib",
  })
  void isFoundFromTheRepositoryAroundIt(String address, String found) throws Exception {
    assertThat(resolved(address).text()).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../lib",
        "../../../other.example/lib",
        "../../../../other.example/lib",
        "../..",
        "../a/../../lib",
        "/etc/passwd",
        "file:///etc/passwd",
        "ext::sh -c id",
        "--upload-pack=id",
      })
  void leadsNowhereElse(String address) {
    assertThatThrownBy(() -> resolved(address))
        .isInstanceOf(SourceFailure.class)
        .hasMessageContaining("The submodule 'lib'");
  }
}
