package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids in the API's look, unique among all servers for all practical purposes: a number of the
 * server, then a counter.
 */
final class Ids {
  private final String server = "%08x".formatted(new Random().nextInt());
  private final AtomicLong last = new AtomicLong();

  /** Returns a new id such as {@code toolu_016b1a9f3c00000007}. */
  String next(String prefix) {
    return prefix + "_01" + server + "%08d".formatted(last.incrementAndGet());
  }

  /** Returns a new thinking signature. */
  String nextSignature() {
    byte[] id = next("sig").getBytes(US_ASCII);
    return "EuYB" + Base64.getEncoder().encodeToString(id);
  }
}
