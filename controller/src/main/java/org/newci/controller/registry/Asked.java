package org.newci.controller.registry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.CdRequest;
import org.newci.controller.build.Order;
import org.newci.controller.build.Priority;
import org.newci.shell.problem.Problem;

/**
 * A build that somebody asks for, with names that can be ones.
 *
 * @param publishedName null exactly when nothing is to be deployed
 * @param also what is to be deployed together with the first
 */
public record Asked(
    RepoUrl repo,
    String ref,
    @Nullable String artifact,
    @Nullable String publishedName,
    List<Order.Item> also) {

  private static final int MOST = 20;

  public Asked {
    also = List.copyOf(also);
  }

  /** Of one artifact, or of none. */
  public Asked(
      RepoUrl repo, String ref, @Nullable String artifact, @Nullable String publishedName) {
    this(repo, ref, artifact, publishedName, List.of());
  }

  /** All names that it wants to publish. */
  public List<String> publishedNames() {
    return Stream.concat(
            Stream.ofNullable(publishedName), also.stream().map(Order.Item::publishedName))
        .toList();
  }

  /** Reads a request, or says in a sentence what is wrong with it. */
  public static Asked of(CdRequest request) {
    RepoUrl repo = RepoUrl.parse(given("repo", request.repo()));
    String ref = Names.ref(given("ref", request.ref()));
    if (request.artifacts() != null) {
      if (request.artifact() != null || request.publishedName() != null) {
        throw Problem.badRequest(
            "The field 'artifacts' is there, and so is 'artifact' or 'published_name' (expected"
                + " either).");
      }
      List<Order.Item> items = items(request.artifacts());
      Order.Item first = items.getFirst();
      return new Asked(
          repo, ref, first.artifact(), first.publishedName(), items.subList(1, items.size()));
    }
    String artifact = request.artifact() == null ? null : Names.artifact(request.artifact());
    String published = request.publishedName();
    if (published != null && artifact == null) {
      throw Problem.badRequest(
          "The field 'published_name' is there, but 'artifact' is not: nothing would be"
              + " published.");
    }
    if (published != null) {
      Names.fileName("published_name", published);
    } else if (artifact != null) {
      published = Names.fileName("artifact", artifact.substring(artifact.lastIndexOf('/') + 1));
    }
    return new Asked(repo, ref, artifact, published);
  }

  @SuppressWarnings("NullAway") // A list in JSON may have nulls among its entries.
  private static List<Order.Item> items(List<CdRequest.Item> asked) {
    if (asked.isEmpty() || asked.size() > MOST) {
      throw Problem.badRequest(
          "The field 'artifacts' has %d entries (expected 1 to %d).".formatted(asked.size(), MOST));
    }
    List<Order.Item> items = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (CdRequest.Item one : asked) {
      String artifact = Names.artifact(given("artifact", one == null ? null : one.artifact()));
      String published =
          one.publishedName() == null
              ? Names.fileName("artifact", artifact.substring(artifact.lastIndexOf('/') + 1))
              : Names.fileName("published_name", one.publishedName());
      if (!names.add(published)) {
        throw Problem.badRequest(
            "The name '%s' is published twice (expected one artifact for each name)."
                .formatted(published));
      }
      items.add(new Order.Item(artifact, published));
    }
    return items;
  }

  /** How urgent a request says that it is. */
  public static Priority priority(CdRequest request) {
    String word = request.priority();
    if (word == null) {
      return Priority.NORMAL;
    }
    return Priority.of(word)
        .orElseThrow(
            () ->
                Problem.badRequest(
                    "The field 'priority' is '%s' (expected high, normal or low)."
                        .formatted(word.length() > 40 ? word.substring(0, 40) + "…" : word)));
  }

  private static String given(String field, @Nullable String value) {
    if (value == null) {
      throw Problem.badRequest("The field '%s' is missing (expected text).".formatted(field));
    }
    return value;
  }
}
