package org.newci.cli.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.newci.auth.SigningKey;

/**
 * Makes a machine's keys, certificates, tokens and ports once, and keeps fresh what ends. The mark
 * {@code setup/complete} is written last: without it everything is made anew, so that a set-up that
 * was killed does no harm.
 */
public final class SetUp {

  /** Certificates that end sooner are replaced. */
  public static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final DataFolder folder;
  private final Clock clock;

  public SetUp(DataFolder folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** True when that folder has been set up to the end. */
  public static boolean isComplete(DataFolder folder) {
    return Files.exists(folder.complete());
  }

  /** Sets up what is not, and renews what ends soon. Only one process may do it at a time. */
  public void ensure() {
    if (!isComplete(folder)) {
      create();
    }
    addWhatIsNew();
    renew();
  }

  /** Renews what ends soon; components read it by themselves. Every day while {@code up} runs. */
  public void renew() {
    renewCertificates();
    new ComponentTokens(folder, clock).renew();
  }

  /** The folders alone: {@code run/} is needed for the lock that guards the rest. */
  public static void makeFolders(DataFolder folder) {
    PrivateFiles.folder(folder.dir(), "rwx--x--x");
    PrivateFiles.folder(folder.setup(), "rwx------");
    PrivateFiles.folder(folder.run(), "rwx------");
    PrivateFiles.folder(folder.logs(), "rwx------");
    for (Part part : Part.values()) {
      // The users of sandboxed jobs must be able to walk to their work below the runner's folder.
      PrivateFiles.folder(folder.home(part), part == Part.RUNNER ? "rwx--x--x" : "rwx------");
      PrivateFiles.folder(folder.secrets(part), "rwx------");
    }
  }

  private void create() {
    makeFolders(folder);
    PrivateFiles.removeTree(folder.setup());
    for (Part part : Part.values()) {
      PrivateFiles.removeTree(folder.secrets(part));
    }
    makeFolders(folder);
    if (!Ports.chosen(folder)) {
      Ports.choose().write(folder);
    }
    createAuthority();
    createTokenKey();
    createSecrets();
    createSshKeys(Ports.of(folder));
    PrivateFiles.write(folder.complete(), clock.instant() + "\n");
  }

  private void createAuthority() {
    PrivateCa.Created created = PrivateCa.create(clock.instant());
    String root = Pem.write(created.root());
    PrivateFiles.writePublic(folder.ca(), root);
    for (Part part : Part.values()) {
      PrivateFiles.write(folder.secrets(part).resolve("ca.pem"), root);
    }
    PrivateFiles.write(
        folder.setup().resolve("ca-intermediate.pem"),
        Pem.write(created.intermediate().certificate()));
    PrivateFiles.write(
        folder.setup().resolve("ca-intermediate.key"), Pem.write(created.intermediate().key()));
  }

  private void createTokenKey() {
    SigningKey key = SigningKey.generate();
    PrivateFiles.write(folder.signingKey(), key.toPem());
    new TokenKeys(folder, clock).trust(key);
  }

  /** What folders of before this version lack; whatever is there stays as it is. */
  private void addWhatIsNew() {
    if (!Files.exists(folder.registry())) {
      PrivateFiles.write(folder.registry(), StarterRegistry.TEXT);
    }
    Path push = folder.secrets(Part.CONTROLLER).resolve("push.secret");
    if (!Files.exists(push)) {
      PrivateFiles.write(push, random() + random() + "\n");
    }
    PrivateFiles.folder(folder.secrets(Part.CONTROLLER).resolve("builds"), "rwx------");
  }

  private void createSecrets() {
    String people = "glpat-" + random();
    String worker = "glpat-" + random();
    String runner = "glrt-" + random();
    PrivateFiles.write(folder.gitlabToken(), people + "\n");
    Path standIn = folder.secrets(Part.GITLAB_STAND_IN);
    PrivateFiles.write(standIn.resolve("tokens"), "root %s\nnewci %s\n".formatted(people, worker));
    PrivateFiles.write(standIn.resolve("runner.token"), runner + "\n");
    PrivateFiles.write(folder.secrets(Part.RUNNER).resolve("runner.token"), runner + "\n");
    PrivateFiles.write(folder.secrets(Part.VCS_WORKER).resolve("gitlab.token"), worker + "\n");
    PrivateFiles.write(
        folder.secrets(Part.CONTROLLER).resolve("webhook.secret"), random() + random() + "\n");
  }

  private void createSshKeys(Ports ports) {
    KeyPair host = SshKeys.generate();
    KeyPair deploy = SshKeys.generate();
    Path server = folder.secrets(Part.TEST_ENV);
    PrivateFiles.write(server.resolve("ssh_host.key"), SshKeys.privatePem(host));
    PrivateFiles.write(
        server.resolve("authorized_keys"), SshKeys.publicLine(deploy) + " newci-deploy\n");
    Path client = folder.secrets(Part.DEPLOY_WORKER);
    PrivateFiles.write(client.resolve("deploy.key"), SshKeys.privatePem(deploy));
    PrivateFiles.write(
        client.resolve("known_hosts"),
        "[127.0.0.1]:%d %s\n".formatted(ports.ssh(), SshKeys.publicLine(host)));
  }

  private void renewCertificates() {
    Instant now = clock.instant();
    for (Part part : Part.services()) {
      Path chain = folder.secrets(part).resolve("tls.pem");
      if (!Files.exists(chain)
          || Pem.readCertificate(PrivateFiles.read(chain))
              .getNotAfter()
              .toInstant()
              .isBefore(now.plus(RENEW_BEFORE))) {
        issueCertificate(part, now);
      }
    }
  }

  private void issueCertificate(Part part, Instant now) {
    String intermediate = PrivateFiles.read(folder.setup().resolve("ca-intermediate.pem"));
    PrivateCa.Authority authority =
        new PrivateCa.Authority(
            Pem.readCertificate(intermediate),
            Pem.readKey(PrivateFiles.read(folder.setup().resolve("ca-intermediate.key"))));
    KeyPair key = SshKeys.generate();
    X509Certificate leaf = PrivateCa.leaf(authority, part.word(), key.getPublic(), now);
    // The key first: a chain beside a missing key would look like a finished pair.
    PrivateFiles.write(folder.secrets(part).resolve("tls.key"), Pem.write(key.getPrivate()));
    PrivateFiles.write(folder.secrets(part).resolve("tls.pem"), Pem.write(leaf) + intermediate);
  }

  /** 160 random bits in 40 letters and digits. */
  private static String random() {
    byte[] bytes = new byte[20];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
