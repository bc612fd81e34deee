package org.newci.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Checkout;

/**
 * What is shipped is what {@code dependencies.sha256} names, to the byte: no jar comes in, changes
 * or leaves unseen, and no network is needed to tell.
 */
class DependencyLockTest {

  @Test
  void everyJarThatIsShippedIsInTheListWithItsDigest() throws Exception {
    Map<String, String> shipped = new TreeMap<>();
    try (Stream<Path> jars = Files.list(Checkout.file("cli/target/newci/lib"))) {
      for (Path jar : jars.toList()) {
        String name = jar.getFileName().toString();
        // Our own are built here.
        if (!name.endsWith("-SNAPSHOT.jar")) {
          shipped.put(name, digest(jar));
        }
      }
    }
    Map<String, String> listed = new TreeMap<>();
    for (String line : Checkout.lines(Checkout.file("dependencies.sha256"))) {
      String[] parts = line.split("  ", 2);
      listed.put(parts[1], parts[0]);
    }
    assertThat(listed).hasSizeGreaterThan(50);
    assertThat(shipped)
        .as("docs/operations.md says how the list is written anew")
        .isEqualTo(listed);
  }

  private static String digest(Path jar)
      throws IOException, java.security.GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
  }
}
