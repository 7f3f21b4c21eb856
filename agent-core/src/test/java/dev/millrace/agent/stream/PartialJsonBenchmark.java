package dev.millrace.agent.stream;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a growing tool input costs, run by hand: for 1 M and 2 M characters in deltas of 5 it prints
 * the CPU time with nobody looking, with a view updated at each delta, and of the judgement at the
 * end. Doubling the input should cost about twice as much, under 2.3 times.
 */
public final class PartialJsonBenchmark {
  private static final int ROUNDS = 15;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static long shown;

  private PartialJsonBenchmark() {}

  public static void main(String[] arguments) {
    List<String> half = deltas(1_000_000);
    List<String> full = deltas(2_000_000);
    for (View view : View.values()) {
      long[] small = new long[ROUNDS];
      long[] large = new long[ROUNDS];
      for (int round = -ROUNDS; round < ROUNDS; round++) {
        int slot = Math.max(0, round);
        small[slot] = time(view, half);
        large[slot] = time(view, full);
      }
      print(view, median(small), median(large), full.size());
    }
    System.out.println("characters shown: " + shown);
  }

  private enum View {
    NOBODY_LOOKS,
    POINTER_AT_EACH_DELTA,
    FOLLOWED_AT_EACH_DELTA,
    JUDGED_AT_THE_END
  }

  private static void print(View view, double small, double large, int deltas) {
    System.out.printf(
        "%-22s 1 M: %6.2f ms  2 M: %6.2f ms  x %.2f  %5.1f ns/delta%n",
        view, small / 1e6, large / 1e6, large / small, large / deltas);
  }

  private static double median(long[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }

  /** The thread's CPU time of a whole input in nanoseconds. */
  private static long time(View view, List<String> deltas) {
    long start = THREADS.getCurrentThreadCpuTime();
    run(view, deltas);
    return THREADS.getCurrentThreadCpuTime() - start;
  }

  private static void run(View view, List<String> deltas) {
    PartialJson json = new PartialJson();
    JsonFollower follower = json.follow();
    for (String delta : deltas) {
      json.append(delta);
      if (view == View.POINTER_AT_EACH_DELTA) {
        shown += json.pointer().length();
      } else if (view == View.FOLLOWED_AT_EACH_DELTA) {
        show(follower.changes());
      }
    }
    if (view == View.JUDGED_AT_THE_END) {
      shown += ((StrictJson.Whole) json.complete()).json().text().length();
    }
  }

  private static void show(List<JsonChange> changes) {
    for (JsonChange change : changes) {
      if (change instanceof JsonChange.Appended appended) {
        shown += appended.text().length();
      }
    }
  }

  private static List<String> deltas(int length) {
    String line = "    return \\\"line\\\" + index; // some text of a file being written\\n";
    String text =
        "{\"path\":\"a.txt\",\"content\":\"" + line.repeat(length / line.length()) + "\"}";
    List<String> deltas = new ArrayList<>();
    for (int at = 0; at < text.length(); at += 5) {
      deltas.add(text.substring(at, Math.min(at + 5, text.length())));
    }
    return deltas;
  }
}
