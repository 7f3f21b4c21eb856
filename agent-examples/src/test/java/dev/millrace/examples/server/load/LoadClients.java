package dev.millrace.examples.server.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of a chat server whose model is {@link LoadModel}: {@code LoadClients PORT TOKEN CLIENTS
 * read|never|leave}. They read to the end, or nothing at all, or every second one leaves after
 * three seconds. Prints how long tokens were on their way and how the streams ended.
 */
final class LoadClients {
  private static final ConcurrentLinkedQueue<long[]> DELAYS = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger WHOLE = new AtomicInteger();
  private static final AtomicInteger LEFT = new AtomicInteger();
  private static final AtomicInteger BROKEN = new AtomicInteger();
  private static final AtomicLong FRAMES = new AtomicLong();

  private LoadClients() {}

  public static void main(String[] args) throws InterruptedException {
    int port = Integer.parseInt(args[0]);
    int clients = Integer.parseInt(args[2]);
    var all = new CountDownLatch(clients);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        int number = i;
        threads.execute(() -> {
          try {
            client(port, args[1], args[3], number);
          } catch (IOException | InterruptedException e) {
            BROKEN.incrementAndGet();
          }
          all.countDown();
        });
        TimeUnit.MICROSECONDS.sleep(500);
      }
      all.await();
    }
    report();
  }

  private static void client(int port, String token, String mode, int number)
      throws IOException, InterruptedException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var body = "{\"message\": \"Hello\"}";
      socket
          .getOutputStream()
          .write(
              ("POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
                      + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
                  .formatted(port, token, body.length(), body)
                  .getBytes(StandardCharsets.US_ASCII));
      if (mode.equals("never")) {
        TimeUnit.SECONDS.sleep(60);
        LEFT.incrementAndGet();
        return;
      }
      boolean leaves = mode.equals("leave") && number % 2 == 1;
      read(socket.getInputStream(), leaves ? System.nanoTime() + 3_000_000_000L : Long.MAX_VALUE);
    }
  }

  private static void read(InputStream socket, long until) throws IOException {
    var in = new BufferedInputStream(socket, 16_384);
    var delays = new long[4_096];
    int count = 0;
    var line = new StringBuilder();
    boolean isWhole = false;
    for (int b = in.read(); b >= 0 && !isWhole; b = in.read()) {
      if (b != '\n') {
        line.append((char) b);
        continue;
      }
      long now = System.nanoTime();
      if (line.indexOf("data: ") == 0) {
        FRAMES.incrementAndGet();
        // The whole message and the result say all of it again.
        boolean isNew = line.indexOf("\"text_delta\"") > 0;
        for (int at = line.indexOf("@"); isNew && at >= 0 && count < delays.length; ) {
          int end = line.indexOf(" ", at);
          delays[count++] = now - Long.parseLong(line, at + 1, end, 10);
          at = line.indexOf("@", end);
        }
        isWhole = line.indexOf("\"run_finished\"") > 0;
      }
      if (now > until) {
        LEFT.incrementAndGet();
        break;
      }
      line.setLength(0);
    }
    if (isWhole) {
      WHOLE.incrementAndGet();
    }
    DELAYS.add(Arrays.copyOf(delays, count));
  }

  private static void report() {
    var all = DELAYS.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        "whole %d, left %d, broken %d; %d tokens in %d frames%n",
        WHOLE.get(), LEFT.get(), BROKEN.get(), all.length, FRAMES.get());
    if (all.length > 0) {
      System.out.printf(
          "delay ms: p50 %.1f p90 %.1f p99 %.1f p99.9 %.1f most %.1f%n",
          at(all, 0.5), at(all, 0.9), at(all, 0.99), at(all, 0.999), at(all, 1));
    }
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
  }
}
