package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Jwt;
import org.newci.acceptance.system.Web;
import org.newci.acceptance.system.WireRoutes;
import org.newci.acceptance.system.WireRoutes.Route;
import org.newci.cli.setup.Part;

/** S18 and S19: a wrong token does nothing anywhere; a component's own only its work. */
class TokenBordersTest extends Fixture {

  private static final Duration HOUR = Duration.ofHours(1);

  private Map<String, String> wrongTokens(Jwt jwt, Route route) {
    String scope = route.scope();
    String right = route.service();
    String other = right.equals("controller") ? "artifact-store" : "controller";
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("none", "");
    tokens.put("expired", jwt.signed("newci", right, scope, Duration.ofHours(-1)));
    tokens.put("of another audience", jwt.signed("newci", other, scope, HOUR));
    tokens.put("of another issuer", jwt.signed("somebody", right, scope, HOUR));
    tokens.put("forged", jwt.forged(right, scope));
    tokens.put("unsigned", jwt.unsigned(right, scope));
    tokens.put("HMAC by the public key", jwt.confused(right, scope));
    tokens.put("rubbish", "a.b.c");
    return tokens;
  }

  @Test
  void s18AWrongTokenIs401OnEveryRouteAndChangesNothing() {
    Jwt jwt = Jwt.of(newci.data(), Clock.systemUTC().instant());
    String statusBefore = newci.web().get(newci.env("NEWCI_URL") + "/status").text();
    SoftAssertions all = new SoftAssertions();
    List<Route> routes = WireRoutes.all();
    assertThat(routes).hasSizeGreaterThan(30);
    Web who = newci.web();
    for (Route route : routes) {
      String url = newci.env(route.variable()) + route.example();
      wrongTokens(jwt, route)
          .forEach(
              (name, token) -> {
                all.assertThat(who.as(token).send(route.method(), url, body(name)).status())
                    .as("%s with a token that is %s", route, name)
                    .isEqualTo(401);
              });
    }
    all.assertAll();
    assertThat(newci.web().get(newci.env("NEWCI_URL") + "/status").text()).isEqualTo(statusBefore);
    assertThat(newci.web().get(newci.env("NEWCI_BLOBS_URL") + "/blobs/1").status()).isEqualTo(404);
    Web right = newci.web().as(jwt.signed("newci", "controller", "status:get", HOUR));
    assertThat(right.get(newci.env("NEWCI_URL") + "/status").status())
        .as("the same claims, rightly signed")
        .isEqualTo(200);
  }

  /** A body that nobody reads costs the connection, and the next request a new one. */
  private static byte[] body(String tokenName) {
    return tokenName.equals("forged") ? bytes("{broken") : new byte[0];
  }

  @Test
  void s19AComponentsTokenOpensOnlyWhatItsWorkNeeds() throws IOException {
    SoftAssertions all = new SoftAssertions();
    Web who = newci.web();
    for (Part part : Part.values()) {
      Path file = newci.data().resolve(part.word()).resolve("secrets/token.jwt");
      assertThat(Files.exists(file)).as("%s has a token", part).isEqualTo(!part.scopes().isEmpty());
      if (part.scopes().isEmpty()) {
        continue;
      }
      Web own = who.as(Files.readString(file).strip());
      for (Route route : WireRoutes.all()) {
        boolean may = part.scopes().stream().anyMatch(s -> s.word().equals(route.scope()));
        if (!may) {
          String url = newci.env(route.variable()) + route.example();
          all.assertThat(own.send(route.method(), url, new byte[0]).status())
              .as("%s asks %s", part.word(), route)
              .isIn(401, 403);
        }
      }
    }
    all.assertAll();
  }

  @Test
  void aWithdrawnTokenIsRefusedAtOnceAndOthersAreNot() {
    String url = newci.env("NEWCI_URL") + "/status";
    String data = newci.data().toString();
    String token =
        newci
            .newci("token", "--data", data, "--subject", "eve", "--scope", "status:get")
            .ok()
            .strip();
    assertThat(newci.web().as(token).get(url).status()).isEqualTo(200);
    newci.newci("token", "--data", data, "--deny", "sub eve").ok();
    assertThat(newci.web().as(token).get(url).status()).isEqualTo(401);
    assertThat(newci.web().get(url).status()).isEqualTo(200);
    newci.newci("token", "--data", data, "--allow", "sub eve").ok();
    assertThat(newci.web().as(token).get(url).status()).isEqualTo(200);
  }
}
