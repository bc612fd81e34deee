package org.newci.vcs.gitlab;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * How GitLab is asked. A log, or the artifacts of a job, may take long, but a GitLab that takes the
 * question and then says nothing is not waited for as long as that.
 */
public final class GitLabClient {

  private GitLabClient() {}

  /** The same connections; what is read over them ends with a silence of half a minute. */
  public static OkHttpClient over(OkHttpClient base) {
    return over(base, GitLabHttp.CALL);
  }

  /**
   * The same with another silence.
   *
   * @param silence of an answer, before it and in the middle of it
   */
  static OkHttpClient over(OkHttpClient base, Duration silence) {
    Interceptor impatient =
        chain -> {
          Request request = chain.request();
          // What is pushed may be worked at for a while before anything is said about it.
          return request.method().equals("GET")
              ? chain
                  .withReadTimeout((int) silence.toMillis(), TimeUnit.MILLISECONDS)
                  .proceed(request)
              : chain.proceed(request);
        };
    return base.newBuilder().addInterceptor(impatient).build();
  }
}
