package org.newci.acceptance.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The routes that {@code docs/wire.md} lists; another test holds that page to the code. */
public final class WireRoutes {

  private static final Pattern HEADING = Pattern.compile("^## (.+)$");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `(GET|PUT|POST|HEAD|DELETE|PATCH) ([^` ?]+)([^`]*)` \\| (?:`([^|`]+)`|own) \\|");

  private static final Map<String, String> SERVICES =
      Map.of(
          "Controller", "controller",
          "VCS worker", "vcs-worker",
          "Artifact store", "artifact-store",
          "Deploy worker", "deploy-worker");

  private WireRoutes() {}

  /**
   * One route.
   *
   * @param service the word that {@code aud} of a token must hold
   * @param scope {@link #OWN} where the route asks for a proof of its own instead of a token
   */
  public record Route(String service, String method, String path, String scope) {

    /** No token has it. */
    public static final String OWN = "own";

    /** The path with numbers and names in it that mean nothing. */
    public String example() {
      return path.replaceAll("\\b[A-Z]{2,}\\b", "1");
    }

    /** The variable of {@code newci env} that names the service's URL. */
    public String variable() {
      return switch (service) {
        case "controller" -> "NEWCI_URL";
        case "vcs-worker" -> "NEWCI_VCS_URL";
        case "artifact-store" -> "NEWCI_BLOBS_URL";
        default -> "NEWCI_DEPLOY_URL";
      };
    }

    @Override
    public String toString() {
      return service + " " + method + " " + path;
    }
  }

  /** All of them, in the page's order. */
  public static List<Route> all() {
    List<Route> routes = new ArrayList<>();
    String service = "";
    for (String line : Checkout.lines(Checkout.file("docs/wire.md"))) {
      Matcher heading = HEADING.matcher(line);
      if (heading.find()) {
        service = SERVICES.getOrDefault(heading.group(1), "");
      }
      Matcher row = ROW.matcher(line);
      if (row.find() && !service.isEmpty()) {
        String scope = row.group(4) == null ? Route.OWN : row.group(4);
        routes.add(new Route(service, row.group(1), row.group(2), scope));
      }
    }
    return routes;
  }
}
