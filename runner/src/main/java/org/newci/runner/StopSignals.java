package org.newci.runner;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the runner is stopped by signals: SIGTERM and SIGINT let jobs end as long as the settings
 * say; SIGUSR2 however long they take, as SIGQUIT does with gitlab-runner, which the JVM keeps for
 * itself; a second signal of any kind ends them now.
 */
final class StopSignals {

  private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

  private final RunnerService service;
  private final AtomicInteger count = new AtomicInteger();

  private StopSignals(RunnerService service) {
    this.service = service;
  }

  static void heed(RunnerService service) {
    StopSignals signals = new StopSignals(service);
    signals.on("TERM", () -> {});
    signals.on("INT", () -> {});
    signals.on("USR2", service::letJobsEnd);
  }

  private void received(Runnable first) {
    if (count.incrementAndGet() > 1) {
      service.endNow();
      return;
    }
    first.run();
    // The shutdown hook closes the service.
    Thread.ofPlatform().name("stop").start(() -> System.exit(0));
  }

  /** By reflection: the compiler has no way to allow the JDK's one class for signals. */
  private void on(String name, Runnable first) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      received(first);
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "handler of SIG" + name;
                  });
      Method handle = signal.getMethod("handle", signal, handler);
      handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
    } catch (ReflectiveOperationException e) {
      LOG.debug("SIG{} is the JVM's own.", name, e);
    }
  }
}
