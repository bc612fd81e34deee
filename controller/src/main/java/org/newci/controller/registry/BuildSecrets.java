package org.newci.controller.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.newci.contracts.vcs.MirrorRequest.Variable;

/** The folder of build secrets; a value is read when a build starts, and kept nowhere. */
public final class BuildSecrets {

  /** A secret that cannot be given to a build; the sentence never holds its value. */
  public static final class Unusable extends Exception {

    private static final long serialVersionUID = 1L;

    public Unusable(String sentence) {
      super(sentence);
    }
  }

  private static final int LARGEST = 10_000;

  /** What GitLab can mask (docs.gitlab.com, ci/variables, mask a CI/CD variable). */
  private static final Pattern MASKABLE = Pattern.compile("[a-zA-Z0-9_+=/@:.~-]{8,}");

  private final Path folder;

  public BuildSecrets(Path folder) {
    this.folder = folder;
  }

  /**
   * The variables and secrets of that rule. Which secrets a build gets is known when its ref is
   * resolved: each names those of the possible refs that it is for.
   *
   * @param possible full names of the refs that may be what is fetched
   */
  public List<Variable> of(ProjectRule rule, List<String> possible) throws Unusable {
    List<Variable> all = new ArrayList<>();
    rule.inputs().variables().forEach((k, v) -> all.add(new Variable(k, v, false, false)));
    for (ProjectRule.Secret secret : rule.inputs().secrets()) {
      List<String> refs = possible.stream().filter(secret::isFor).toList();
      if (!refs.isEmpty()) {
        all.add(read(secret, refs));
      }
    }
    return all;
  }

  private Variable read(ProjectRule.Secret secret, List<String> refs) throws Unusable {
    Path file = folder.resolve(secret.file());
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        throw new IOException("not a file of at most %d bytes".formatted(LARGEST));
      }
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      String value = secret.asFile() ? text : text.strip();
      boolean masked = MASKABLE.matcher(value).matches();
      if (!masked && !secret.asFile()) {
        throw new Unusable(
            "The secret %s cannot be masked in logs (expected one line of at least 8 letters, digits and _+=/@:.~-)."
                .formatted(secret.name()));
      }
      return new Variable(secret.name(), value, masked, secret.asFile(), refs);
    } catch (IOException e) {
      throw new Unusable(
          "The secret %s of this build cannot be read by the controller (its file is %s)."
              .formatted(secret.name(), secret.file()));
    }
  }
}
