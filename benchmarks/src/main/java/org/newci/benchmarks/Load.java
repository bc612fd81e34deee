package org.newci.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What so many clients, each on a connection of its own, got in a time.
 *
 * @param millis how long each answer took
 * @param seconds how long all of it took
 */
record Load(Readings millis, double seconds) {

  /** One request on that connection; it fails when the answer is not as it should be. */
  interface Request {
    void send(KeptConnection connection) throws Exception;
  }

  /** Where connections come from. */
  interface Connections {
    KeptConnection open() throws Exception;
  }

  /**
   * Each client sends again and again, until both so many were sent in all and that time is over.
   */
  static Load run(Connections to, int clients, double seconds, int atLeast, Request request)
      throws Exception {
    List<Readings> each = new ArrayList<>();
    long began = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      List<Future<Readings>> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(
            threads.submit(
                () -> {
                  Readings own = new Readings();
                  try (KeptConnection connection = to.open()) {
                    while (own.size() < (atLeast + clients - 1) / clients
                        || System.nanoTime() - began < seconds * 1e9) {
                      long sent = System.nanoTime();
                      request.send(connection);
                      own.add((System.nanoTime() - sent) / 1e6);
                    }
                  }
                  return own;
                }));
      }
      for (Future<Readings> one : all) {
        each.add(one.get());
      }
    }
    return new Load(Readings.of(each), (System.nanoTime() - began) / 1e9);
  }

  /** Answers in a second. */
  double rate() {
    return millis.size() / seconds;
  }
}
