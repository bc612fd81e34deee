package org.newci.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.shell.problem.Problem;

class RepoUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://Git.Example/Team/App.git, https://git.example/Team/App",
    "https://git.example:443/Team/App/, https://git.example/Team/App",
    "HTTPS://git.example/Team/App.git/, https://git.example/Team/App",
    "http://git.example:8080/app, http://git.example:8080/app",
    "git://git.example/app, git://git.example/app",
    "git://git.example:9418/app, git://git.example/app",
    "ssh://git@git.example:22/app.git, ssh://git.example/app",
    "git@git.example:team/app.git, ssh://git.example/team/app",
    "https://[2606:4700::1111]/app, https://2606:4700::1111/app",
  })
  void allWaysToWriteOneRepositoryAreOne(String written, String normal) {
    assertThat(RepoUrl.parse(written).normal()).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "file:///etc/passwd",
        "/etc/passwd",
        "../x",
        "ext::sh -c id",
        "ext::sh",
        "--upload-pack=touch",
        "-oProxyCommand=x",
        "ssh://-oProxyCommand=x/app",
        "git@-oProxyCommand=x:app",
        "git@host:-x",
        "ftp://git.example/app",
        "https://git.example",
        "https://git.example/",
        "https://",
        "https:git.example/app",
        "https://git.example/app?x=1",
        "https://git.example/app#x",
        "https://git.example/a b",
        "https://git.example/a\nb",
        "https://git.example/%0a",
        "https://user@git.example/app",
        "https://user:secret@git.example/app",
        "ssh://git:secret@git.example/app",
        "javascript:alert(1)",
        "https://git_exa%mple/app",
      })
  void anythingElseIsRefusedWithASentenceThatNamesTheField(String written) {
    assertThatThrownBy(() -> RepoUrl.parse(written))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(400);
              assertThat(problem.detail()).contains("'repo'").doesNotContain("secret", "\n");
            });
  }

  @Test
  void anEndlessUrlIsRefused() {
    assertThatThrownBy(() -> RepoUrl.parse("https://h/" + "x".repeat(3_000)))
        .hasMessageContaining("longer than");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.0.0.1/app",
        "http://172.16.0.1/app",
        "http://172.31.255.255/app",
        "http://192.168.1.1/app",
        "http://169.254.169.254/latest",
        "http://100.64.0.1/app",
        "http://0.0.0.0/app",
        "http://224.0.0.1/app",
        "http://255.255.255.255/app",
        "http://[fe80::1]/app",
        "http://[fd00::1]/app",
        "http://[::]/app",
        "http://[::ffff:10.0.0.1]/app",
        "http://[64:ff9b::a00:1]/app",
        "http://[2002:a00:1::1]/app",
        "git@10.0.0.1:app",
        "http://2130706433/app",
        "http://0x7f000001/app",
        "http://127.1/app",
        "http://0177.0.0.1/app",
        "http://10.0.0.1./app",
      })
  void privateAddressesAreRefusedAlsoWhereLoopbackIsLetIn(String written) {
    assertThatThrownBy(() -> new HostRule(false).check(RepoUrl.parse(written)))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'repo'");
    assertThatThrownBy(() -> new HostRule(true).check(RepoUrl.parse(written)))
        .isInstanceOf(Problem.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8080/app",
        "http://127.9.9.9/app",
        "git://localhost/app",
        "git://LocalHost./app",
        "http://a.localhost/app",
        "http://[::1]:80/app",
        "http://[::ffff:127.0.0.1]/app",
        "git@localhost:app",
      })
  void loopbackIsLetInOnlyBySetting(String written) {
    RepoUrl repo = RepoUrl.parse(written);
    assertThatThrownBy(() -> new HostRule(false).check(repo)).hasMessageContaining("this machine");
    new HostRule(true).check(repo);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example/app",
        "https://8.8.8.8/app",
        "https://172.32.0.1/app",
        "https://[2606:4700::1111]/app",
        "git@git.example:app",
      })
  void publicHostsAreLetIn(String written) {
    new HostRule(false).check(RepoUrl.parse(written));
  }

  @ParameterizedTest
  @CsvSource({
    "https://h/team/My.App_x.git, my-app-x",
    "https://h/---, repo",
    "https://h/日本, repo",
    "https://h/-a.git.git/, a-git",
    "https://h/tree, tree",
  })
  void theProjectNameIsReadableAndAllowedByGitLab(String url, String slug) {
    // A leading dash in the path is refused before; here only its last part has one.
    String name = ProjectName.of(RepoUrl.parse(url.replace("h/-", "h/x/-")));
    assertThat(name).matches("\\Q" + slug + "\\E-[0-9a-f]{10}");
  }

  @Test
  void twoRepositoriesNeverShareAProject() {
    Set<String> names =
        List.of(
                "https://h/a/app",
                "https://h/A/app",
                "https://h/b/app",
                "http://h/a/app",
                "https://h:8443/a/app",
                "ssh://h/a/app",
                "https://h2/a/app")
            .stream()
            .map(url -> ProjectName.of(RepoUrl.parse(url)))
            .collect(Collectors.toSet());
    assertThat(names).hasSize(7);
    String longName = ProjectName.of(RepoUrl.parse("https://h/" + "ab-".repeat(100)));
    assertThat(longName).hasSizeLessThanOrEqualTo(51).doesNotContain("--");
  }
}
