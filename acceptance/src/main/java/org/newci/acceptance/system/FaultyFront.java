package org.newci.acceptance.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Stands before a component, with its certificate, and answers wrongly when it is told to. */
public final class FaultyFront implements AutoCloseable {

  /** What a request gets instead of its answer. */
  public enum Fault {
    /** 429 with {@code Retry-After}. */
    TOO_MANY,
    /** 500 in GitLab's JSON. */
    BROKEN,
    /** 200 with a page for people. */
    HTML,
    /** No answer, and nothing was done: the connection ends. */
    NOTHING,
    /** No answer, though it was done. */
    LOST,
    /** No answer, and nothing was done: the connection stays as it is. */
    SILENT
  }

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Headers of one connection, which are not handed on. */
  private static final Set<String> OWN =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private final String behind;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Fault fault;
  private Pattern where = Pattern.compile("");
  private int left;

  private FaultyFront(HttpsServer server, HttpClient client, String behind) {
    this.server = server;
    this.client = client;
    this.behind = behind;
  }

  /** Before that component of a running system. */
  public static FaultyFront of(RunningSystem system, String part) {
    Path secrets = system.data().resolve(part).resolve("secrets");
    try {
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
      server.setHttpsConfigurator(new HttpsConfigurator(identity(secrets)));
      HttpClient client =
          HttpClient.newBuilder()
              .sslContext(OnlyThisCa.of(Path.of(system.env("NEWCI_CA"))))
              .version(HttpClient.Version.HTTP_1_1)
              .build();
      String behind = "https://localhost:" + new Parts(system).port(part);
      FaultyFront front = new FaultyFront(server, client, behind);
      server.setExecutor(front.threads);
      server.createContext("/", front::answer);
      server.start();
      return front;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext identity(Path secrets) throws IOException, GeneralSecurityException {
    List<Certificate> chain;
    try (InputStream in = Files.newInputStream(secrets.resolve("tls.pem"))) {
      chain = List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
    String pem = Files.readString(secrets.resolve("tls.key"));
    byte[] pkcs8 = Base64.getDecoder().decode(pem.replaceAll("-----[A-Z ]+-----|\\s", ""));
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("tls", key, new char[0], chain.toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** Where it listens, on the loopback. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** So many requests from now on fail like that. */
  public void fail(Fault how, int requests) {
    fail(how, requests, "");
  }

  /**
   * The same of some requests only.
   *
   * @param path a pattern that is found in the path of each
   */
  public synchronized void fail(Fault how, int requests, String path) {
    fault = how;
    left = requests;
    where = Pattern.compile(path);
  }

  /** How many of those have not come yet. */
  public synchronized int left() {
    return left;
  }

  private synchronized @Nullable Fault next(String path) {
    if (left == 0 || !where.matcher(path).find()) {
      return null;
    }
    left--;
    return fault;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (next(exchange.getRequestURI().getPath())) {
        case null -> handOn(exchange, body);
        case TOO_MANY -> {
          exchange.getResponseHeaders().set("Retry-After", "1");
          send(exchange, 429, "text/plain", "Retry later\n");
        }
        case BROKEN ->
            send(exchange, 500, "application/json", "{\"message\":\"500 Internal Server Error\"}");
        case HTML ->
            send(exchange, 200, "text/html", "<html><body>Deploy in progress</body></html>");
        case LOST -> {
          HttpResponse<byte[]> _ = behind(exchange, body);
        }
        case NOTHING -> {
          // The exchange ends unanswered.
        }
        case SILENT -> awaitClosing();
      }
    }
  }

  private void awaitClosing() throws IOException {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void handOn(HttpExchange exchange, byte[] body) throws IOException {
    HttpResponse<byte[]> answer = behind(exchange, body);
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    send(exchange, answer.statusCode(), answer.body());
  }

  private HttpResponse<byte[]> behind(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI()))
            .timeout(PATIENCE)
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    send(exchange, status, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.close();
    client.close();
  }
}
