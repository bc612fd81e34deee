package org.newci.vcs.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSink;
import okio.Okio;
import okio.Pipe;
import okio.Source;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * One request of JGit, made by OkHttp. A body of known length is kept in memory (JGit buffers up to
 * 1 MiB itself); a longer one is streamed while a second thread sends it.
 */
final class OkHttpGitConnection implements HttpConnection {

  private static final int PIPE_BYTES = 256 * 1024;
  private static final long LONGEST_ERROR = 64L * 1024;

  private final OkHttpClient client;
  private final ByteBudget budget;
  private final URL url;
  private final List<String[]> headers = new ArrayList<>();
  private String method = "GET";
  private @Nullable Buffer body;
  private @Nullable FutureTask<Response> sending;
  private @Nullable Call call;
  private @Nullable Pipe streaming;
  private @Nullable Response response;
  private boolean chunked;

  OkHttpGitConnection(OkHttpClient client, URL url, ByteBudget budget) {
    this.client = client;
    this.budget = budget;
    this.url = url;
  }

  private Response response() throws IOException {
    Response known = response;
    if (known == null) {
      known = sending == null ? newCall(body == null ? null : fixed(body)).execute() : sent();
      response = known;
    }
    return known;
  }

  private Response sent() throws IOException {
    FutureTask<Response> task = sending;
    if (task == null) {
      throw new IOException("nothing was sent to " + url);
    }
    try {
      return task.get();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while sending");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private Call newCall(@Nullable RequestBody content) {
    Request.Builder request = new Request.Builder().url(url);
    headers.forEach(header -> request.header(header[0], header[1]));
    RequestBody nothing = RequestBody.create(new byte[0], (MediaType) null);
    boolean post = method.equals("POST");
    request.method(method, content == null && post ? nothing : content);
    Call made = client.newCall(request.build());
    call = made;
    return made;
  }

  private static RequestBody fixed(Buffer bytes) {
    return RequestBody.create(bytes.snapshot(), (MediaType) null);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    if (!chunked) {
      Buffer kept = new Buffer();
      body = kept;
      return kept.outputStream();
    }
    Pipe pipe = new Pipe(PIPE_BYTES);
    streaming = pipe;
    RequestBody streamed =
        new RequestBody() {
          @Override
          public @Nullable MediaType contentType() {
            return null;
          }

          @Override
          public boolean isOneShot() {
            return true;
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            try (Source source = pipe.source()) {
              sink.writeAll(source);
            }
          }
        };
    Call started = newCall(streamed);
    FutureTask<Response> task =
        new FutureTask<>(
            () -> {
              try {
                return started.execute();
              } catch (IOException e) {
                pipe.cancel();
                throw e;
              }
            });
    sending = task;
    Thread.ofVirtual().name("git-http-body").start(task);
    return Okio.buffer(pipe.sink()).outputStream();
  }

  /** Ends the request and gives its connection back. */
  void close() {
    if (streaming != null) {
      streaming.cancel();
    }
    Response answered = response;
    if (answered != null) {
      answered.close();
    } else if (call != null) {
      call.cancel();
    }
  }

  @Override
  public int getResponseCode() throws IOException {
    return response().code();
  }

  @Override
  public String getResponseMessage() throws IOException {
    return response().message();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    Response answered = response();
    if (answered.code() >= 300) {
      byte[] text = answered.peekBody(LONGEST_ERROR).bytes();
      answered.close();
      return new ByteArrayInputStream(text);
    }
    return budget.over(answered.body().byteStream());
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    return response == null ? Map.of() : response.headers().toMultimap();
  }

  @Override
  public @Nullable String getHeaderField(String name) {
    return response == null ? null : response.header(name);
  }

  @Override
  public List<String> getHeaderFields(String name) {
    return response == null ? List.of() : response.headers(name);
  }

  @Override
  public @Nullable String getContentType() {
    return getHeaderField("Content-Type");
  }

  @Override
  public int getContentLength() {
    String length = getHeaderField("Content-Length");
    return length != null && length.matches("\\d{1,9}") ? Integer.parseInt(length) : -1;
  }

  @Override
  public URL getURL() {
    return url;
  }

  @Override
  public void setRequestProperty(String name, String value) {
    headers.add(new String[] {name, value});
  }

  @Override
  public void setRequestMethod(String name) {
    method = name;
  }

  @Override
  public String getRequestMethod() {
    return method;
  }

  @Override
  public void setChunkedStreamingMode(int chunk) {
    chunked = true;
  }

  @Override
  public void setFixedLengthStreamingMode(int length) {
    chunked = false;
  }

  @Override
  public void connect() throws IOException {
    if (!method.equals("POST")) {
      response();
    }
  }

  @Override
  public void setUseCaches(boolean use) {
    // The client has no cache.
  }

  @Override
  public void setConnectTimeout(int millis) {
    // The client's deadline holds.
  }

  @Override
  public void setReadTimeout(int millis) {
    // The client's deadline holds.
  }

  @Override
  public void setInstanceFollowRedirects(boolean follow) {
    // Never: JGit follows by asking for a new connection, which is checked.
  }

  @Override
  public void setDoOutput(boolean output) {
    // Decided by whether something is written.
  }

  @Override
  public boolean usingProxy() {
    return false;
  }

  @Override
  public void configure(
      KeyManager @Nullable [] keys,
      TrustManager @Nullable [] trust,
      java.security.@Nullable SecureRandom random) {
    // The client's trust holds; JGit asks for this only where checking is switched off.
  }

  @Override
  public void setHostnameVerifier(HostnameVerifier verifier) {
    // As above.
  }
}
