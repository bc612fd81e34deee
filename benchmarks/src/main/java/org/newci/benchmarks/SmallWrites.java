package org.newci.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.newci.acceptance.system.RawHttps;
import org.newci.acceptance.system.RunningSystem;

/**
 * Blobs of 1 KiB by eight clients, each durable before its answer, beside eight threads that write
 * a file for each: written and synced, renamed, its folder synced. The two take turns.
 */
final class SmallWrites {

  private static final int WRITERS = 8;
  private static final int ROUNDS = 5;
  private static final int WARM_UP = 150_000;
  private static final double SECONDS = 3;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

  /** No run stores what another one has stored. */
  private static final AtomicInteger NUMBERS = new AtomicInteger(new Random().nextInt(1 << 30));

  private SmallWrites() {}

  static List<Figures> run(RunningSystem newci) throws Exception {
    Figures cold = new Figures("1 KiB PUT, durable, 8 writers, right after a start", "/s");
    Figures ours = new Figures("the same after %d of them".formatted(WARM_UP), "/s");
    Figures files = new Figures("1 KiB to a file of its own, file and folder synced", "/s");
    Figures ratio = new Figures("PUT by file, of each round", "% of it");
    RawHttps https = RawHttps.trusting(Path.of(newci.env("NEWCI_CA")));
    Load.Connections connections =
        () -> KeptConnection.open(https, newci.env("NEWCI_BLOBS_URL"), newci.env("NEWCI_TOKEN"));
    cold.add(Load.run(connections, WRITERS, SECONDS, 0, SmallWrites::put).rate());
    Load.run(connections, WRITERS, 0, WARM_UP, SmallWrites::put);
    Path own = Files.createDirectories(newci.data().resolve("artifact-store/bench"));
    for (int i = 0; i < ROUNDS; i++) {
      double put = Load.run(connections, WRITERS, SECONDS, 0, SmallWrites::put).rate();
      double file = fileRate(own);
      ours.add(put);
      files.add(file);
      ratio.add(100 * put / file);
    }
    return List.of(cold, ours, files, ratio);
  }

  private static void put(KeptConnection connection) throws IOException {
    int number = NUMBERS.incrementAndGet();
    int status = connection.send("PUT", "/blobs/bench-kib-" + number, body(number), "").status();
    if (status != 201) {
      throw new IOException("a PUT was answered " + status);
    }
  }

  private static String body(int number) {
    Random random = new Random(number);
    StringBuilder body = new StringBuilder(1024);
    while (body.length() < 1024) {
      body.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return body.toString();
  }

  private static double fileRate(Path folder) throws Exception {
    long began = System.nanoTime();
    AtomicInteger done = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      for (int i = 0; i < WRITERS; i++) {
        all.add(
            threads.submit(
                () -> {
                  while (System.nanoTime() - began < SECONDS * 1e9) {
                    int number = NUMBERS.incrementAndGet();
                    durable(folder, number, body(number).getBytes(StandardCharsets.US_ASCII));
                    done.incrementAndGet();
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return done.get() / ((System.nanoTime() - began) / 1e9);
  }

  private static void durable(Path folder, int number, byte[] body) throws IOException {
    Path temp = folder.resolve(number + ".part");
    try (FileChannel out =
        FileChannel.open(temp, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(body));
      out.force(true);
    }
    Files.move(temp, folder.resolve("" + number), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
