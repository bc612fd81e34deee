package org.newci.acceptance.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What NewCI promises about builds that it has accepted, whatever fails: each ends exactly once
 * with a true sentence; it is deployed at most once; never an older one over a newer; what is
 * served is whole all the while; the queue keeps its order. Looked at from outside, over the APIs.
 */
public final class Promises implements AutoCloseable {

  private static final List<String> STEPS = List.of("mirror", "build", "collect", "deploy");
  private static final Set<String> OUTCOMES =
      Set.of("succeeded", "failed", "cancelled", "timed out");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A build that was answered with 202. */
  public record Accepted(String id, Product product, int version) {}

  private final RunningSystem system;
  private final SiteWatch watch;
  private final List<Accepted> all = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();

  public Promises(RunningSystem system) {
    this.system = system;
    this.watch = SiteWatch.of(system);
  }

  /** Asks for the next version, which must be accepted. */
  public Accepted submit(Product product) {
    return submit(product, product.url());
  }

  /** The same, of a source that is reached in another way. */
  public Accepted submit(Product product, String url) {
    watch.add(product);
    int version = product.next();
    Web.Answer answer =
        system.web().post(system.env("NEWCI_URL") + "/cd", product.order(url, version));
    if (answer.status() != 202) {
      throw new AssertionError("POST /cd answered " + answer.status() + " " + answer.text());
    }
    Accepted accepted = new Accepted(answer.json().path("id").asText(), product, version);
    all.add(accepted);
    return accepted;
  }

  /** Holds these, which have ended, and what is served, against the promises. */
  public void assertKept(List<Accepted> ended) {
    broken.clear();
    JsonNode status = system.web().get(system.env("NEWCI_URL") + "/status").json();
    for (Accepted one : ended) {
      JsonNode build = system.build(one.id());
      endedOnceAndSaysWhy(one, build, status);
      events(one);
    }
    Set<Product> products = new LinkedHashSet<>();
    ended.forEach(one -> products.add(one.product()));
    for (Product product : products) {
      List<Accepted> its = all.stream().filter(one -> one.product().equals(product)).toList();
      queueKeptItsOrder(its);
      deployedInOrder(product, its);
    }
    products.forEach(watch::leave);
    broken.addAll(watch.faults());
    JsonNode replay = system.web().get(system.env("NEWCI_URL") + "/replay?limit=1000").json();
    require(replay.path("difference").isMissingNode(), "replay differs: %s", replay);
    if (!broken.isEmpty()) {
      throw new AssertionError("promises were broken:\n" + String.join("\n", broken));
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be one more library.
  private void require(boolean holds, String sentence, Object... values) {
    if (!holds) {
      broken.add(sentence.formatted(values));
    }
  }

  private void endedOnceAndSaysWhy(Accepted one, JsonNode build, JsonNode status) {
    String sentence = build.path("sentence").asText();
    require(build.path("state").asText().equals("finished"), "%s has not ended: %s", one, build);
    require(OUTCOMES.contains(build.path("outcome").asText()), "%s has no outcome: %s", one, build);
    require(
        sentence.endsWith(".") && !sentence.contains("Exception") && !sentence.contains("its log"),
        "%s says '%s'",
        one,
        sentence);
    List<String> steps = build.path("steps").findValuesAsText("name");
    require(
        steps.equals(STEPS.subList(0, Math.min(steps.size(), STEPS.size()))),
        "%s has the steps %s",
        one,
        steps);
    long lists =
        List.of("queued", "building", "finished").stream()
            .filter(list -> contains(status.path(list), one.id()))
            .count();
    require(
        lists == 1 && contains(status.path("finished"), one.id()),
        "%s is in %d lists of /status",
        one,
        lists);
  }

  private static boolean contains(JsonNode list, String text) {
    for (JsonNode each : list) {
      if (each.asText().equals(text)) {
        return true;
      }
    }
    return false;
  }

  /** The log of a build is numbered without gaps, ends once, and deploys at most once. */
  private void events(Accepted one) {
    String url = system.env("NEWCI_URL") + "/builds/" + one.id() + "/events";
    List<JsonNode> steps = new ArrayList<>();
    int ends = 0;
    for (String block : system.web().get(url).text().split("\n\n", -1)) {
      if (block.startsWith("event: step")) {
        steps.add(data(block));
      } else if (block.startsWith("event: end")) {
        ends++;
      }
    }
    require(ends == 1, "%s ended %d times", one, ends);
    for (int i = 0; i < steps.size(); i++) {
      require(steps.get(i).path("seq").asInt() == i + 1, "%s lacks event %d", one, i + 1);
    }
    long finishes = count(steps, "state", "finished");
    require(finishes == 1, "%s has %d events after which it is finished", one, finishes);
    require(count(steps, "event", "deploy_begun") <= 1, "%s was deployed twice: %s", one, steps);
  }

  private static long count(List<JsonNode> steps, String field, String value) {
    return steps.stream().filter(step -> step.path(field).asText().equals(value)).count();
  }

  private static JsonNode data(String block) {
    try {
      return JSON.readTree(block.substring(block.indexOf("data: ") + 6));
    } catch (IOException e) {
      throw new UncheckedIOException("no event: " + block, e);
    }
  }

  /** Builds of one repository begin in the order in which they were accepted. */
  private void queueKeptItsOrder(List<Accepted> its) {
    List<String> starts = new ArrayList<>();
    for (Accepted one : its) {
      JsonNode steps = system.build(one.id()).path("steps");
      if (!steps.isEmpty()) {
        starts.add(steps.path(0).path("start").asText());
      }
    }
    List<String> sorted =
        starts.stream().sorted(Comparator.comparing(java.time.Instant::parse)).toList();
    require(starts.equals(sorted), "%s began out of order: %s", its, starts);
  }

  /** What the environment remembers, what users saw, and what the builds say must agree. */
  private void deployedInOrder(Product product, List<Accepted> its) {
    String url = system.env("NEWCI_DEPLOY_URL") + "/deployments?published_name=";
    JsonNode now = system.web().get(url + product.published()).json().path("deployments").path(0);
    List<String> deployed = new ArrayList<>();
    if (now.has("build")) {
      deployed.add(now.path("build").asText());
      require(now.path("state").asText().equals("published"), "it is not over: %s", now);
    }
    now.path("former").forEach(past -> deployed.addFirst(past.path("build").asText()));
    List<String> right = new ArrayList<>();
    List<Integer> versions = new ArrayList<>();
    for (Accepted one : its) {
      JsonNode build = system.build(one.id());
      boolean unknown = build.path("sentence").asText().contains("is not known");
      boolean there = deployed.contains(one.id());
      if (build.path("outcome").asText().equals("succeeded") || (unknown && there)) {
        right.add(one.id());
        versions.add(one.version());
      }
    }
    // The environment remembers the last twenty.
    List<String> newest = right.subList(Math.max(0, right.size() - 20), right.size());
    require(
        deployed.size() >= newest.size()
            && deployed.subList(deployed.size() - newest.size(), deployed.size()).equals(newest),
        "%s: the environment remembers %s, the builds say %s",
        product.name(),
        deployed,
        newest);
    List<Integer> seen = watch.seen(product);
    require(
        seen.equals(seen.stream().sorted().distinct().toList()) && versions.containsAll(seen),
        "%s: users saw the versions %s, the builds say %s",
        product.name(),
        seen,
        versions);
    require(
        versions.isEmpty() || (!seen.isEmpty() && seen.getLast().equals(versions.getLast())),
        "%s: served at last is version %s, the builds say %s",
        product.name(),
        seen,
        versions);
  }

  @Override
  public void close() {
    watch.close();
  }
}
