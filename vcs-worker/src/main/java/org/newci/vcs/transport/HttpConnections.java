package org.newci.vcs.transport;

import java.net.Proxy;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gives one JGit transport its HTTP connections out of an OkHttp client, whose pool, trust, name
 * resolution and deadlines they have. Closing it ends what the transport left open.
 */
public final class HttpConnections implements HttpConnectionFactory, AutoCloseable {

  /** Asked before each request, redirects included. */
  public interface Gate {

    /**
     * Lets the request pass.
     *
     * @throws java.io.IOException when that URL must not be asked
     */
    void pass(URL url) throws java.io.IOException;
  }

  /** Says what to show to a server. */
  public interface Login {

    /** The Authorization header for that URL; null for none. */
    @Nullable String header(URL url);
  }

  private final OkHttpClient client;
  private final Gate gate;
  private final Login login;
  private final ByteBudget budget;
  private final List<OkHttpGitConnection> open = new ArrayList<>();

  /** Nothing is shown to anybody, and any number of bytes may come. */
  public HttpConnections(OkHttpClient client, Gate gate) {
    this(client, gate, url -> null, new ByteBudget(Long.MAX_VALUE));
  }

  public HttpConnections(OkHttpClient client, Gate gate, Login login, ByteBudget budget) {
    this.client = client;
    this.gate = gate;
    this.login = login;
    this.budget = budget;
  }

  @Override
  public synchronized HttpConnection create(URL url) throws java.io.IOException {
    gate.pass(url);
    OkHttpGitConnection connection = new OkHttpGitConnection(client, url, budget);
    String shown = login.header(url);
    if (shown != null) {
      connection.setRequestProperty("Authorization", shown);
    }
    open.add(connection);
    return connection;
  }

  @Override
  public HttpConnection create(URL url, @Nullable Proxy proxy) throws java.io.IOException {
    return create(url);
  }

  @Override
  public synchronized void close() {
    open.forEach(OkHttpGitConnection::close);
    open.clear();
  }
}
