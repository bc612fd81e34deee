package org.newci.contracts.deploy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /deploy}. The seed's two fields are enough; the rest comes from the
 * controller.
 *
 * @param artifactId name of a blob in the store, or {@code sha256:HEX}
 * @param publishedName plain file name to serve it under
 * @param sha256 64 hex digits that the bytes must have
 * @param build id of the build it is for
 * @param sequence order of deployments of one published name; an older one never replaces a newer
 * @param fence of the controller that asks, of several that may: of two requests for one deployment
 *     the lower is refused once the higher was here
 * @param environment name of a configured environment; {@code test} when absent
 * @param artifacts several that appear together, instead of the first three fields
 */
public record DeployRequest(
    @Nullable String artifactId,
    @Nullable String publishedName,
    @Nullable String sha256,
    @Nullable String build,
    @Nullable Long sequence,
    @Nullable Long fence,
    @Nullable String environment,
    @Nullable List<Item> artifacts) {

  /** One of several. */
  public record Item(
      @Nullable String artifactId, @Nullable String publishedName, @Nullable String sha256) {}

  /** A single one. */
  public static DeployRequest of(
      Item item, String build, long sequence, long fence, @Nullable String environment) {
    return new DeployRequest(
        item.artifactId(),
        item.publishedName(),
        item.sha256(),
        build,
        sequence,
        fence,
        environment,
        null);
  }
}
