package org.newci.controller.effect;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.newci.auth.BearerToken;
import org.newci.contracts.vcs.MirrorRequest.Variable;
import org.newci.controller.registry.BuildSecrets;

/**
 * What a job is given to upload with; the registry can set none of these names.
 *
 * @param url of the store's {@code PUT /uploads}, as jobs reach it
 * @param ca certificates that we believe instead of the public ones; need not be there
 */
public record UploadVariables(URI url, Path ca) {

  private static final String TOKEN = "NEWCI_UPLOAD_TOKEN";

  /**
   * None without a token.
   *
   * @param tokens one for each artifact, in the order in which they were asked for
   */
  List<Variable> of(List<BearerToken> tokens) throws BuildSecrets.Unusable {
    List<Variable> all = new ArrayList<>();
    if (tokens.isEmpty()) {
      return all;
    }
    all.add(new Variable("NEWCI_UPLOAD_URL", url.toString(), false, false));
    all.add(token(TOKEN, tokens.getFirst()));
    for (int i = 0; tokens.size() > 1 && i < tokens.size(); i++) {
      all.add(token(TOKEN + "_" + (i + 1), tokens.get(i)));
    }
    if (Files.exists(ca)) {
      try {
        all.add(new Variable("NEWCI_UPLOAD_CA", Files.readString(ca), false, true));
      } catch (IOException e) {
        throw new BuildSecrets.Unusable(
            "The file of authorities that jobs are to believe (%s) cannot be read by the controller."
                .formatted(ca.getFileName()));
      }
    }
    return all;
  }

  private static Variable token(String name, BearerToken token) {
    return new Variable(name, token.reveal(), true, false);
  }
}
