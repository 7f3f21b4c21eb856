package dev.millrace.agent.failures;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.Limits;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.Arrays;

/** A program that runs again and again and says what that leaves behind. */
final class RunsOnAndOn {
  static final int RUNS = 300;
  static final int TURNS = 300;
  static final String SHORT = "Write once.";
  static final String LONG = "Write for long.";
  private static final int WARM_UP = 40;

  private RunsOnAndOn() {}

  record Note(String text) {}

  /** The server; says {@code threads} and {@code kilobytes} before and after. */
  public static void main(String[] args) {
    try (var client =
        HttpMessagesClient.builder().apiKey("key").baseUri(URI.create(args[0])).build()) {
      var note = Tool.of("note", "Takes a note.", Note.class, input -> "Noted: " + input.text());
      var runner =
          AgentRunner.builder(client, "m")
              .tools(note)
              .limits(Limits.DEFAULT.turns(TURNS + 10))
              .build();
      runs(runner, WARM_UP);
      measure("warm");
      runs(runner, RUNS);
      measure("runs");
      var result = runner.run(LONG, RunListener.NONE);
      System.out.println("messages " + result.transcript().messages().size());
      measure("turns");
      System.out.println(held(result));
    }
  }

  /** It is still in use when the heap is measured. */
  private static String held(RunResult result) {
    return "ended " + result.outcome();
  }

  /** Each kind of end: by itself, cancelled, failed, closed. */
  private static void runs(AgentRunner runner, int count) {
    for (int i = 0; i < count; i++) {
      switch (i % 4) {
        case 0 -> runner.run(SHORT, RunListener.NONE);
        case 1 -> cancelled(runner);
        case 2 -> failed(runner);
        default -> closed(runner);
      }
    }
  }

  private static void cancelled(AgentRunner runner) {
    var cancellation = new Cancellation();
    runner.run(
        Transcript.of(SHORT),
        event -> {
          if (event instanceof AgentEvent.ToolStarted) {
            cancellation.cancel();
          }
        },
        RunOptions.DEFAULT.cancelledBy(cancellation));
  }

  private static void failed(AgentRunner runner) {
    try {
      runner.run(
          SHORT,
          event -> {
            if (event instanceof AgentEvent.ToolFinished) {
              throw new IllegalStateException("the screen is gone");
            }
          });
    } catch (RunFailedException e) {
      // as it must
    }
  }

  private static void closed(AgentRunner runner) {
    try (var run = runner.start(Transcript.of(SHORT))) {
      run.iterator().next();
    }
  }

  private static void measure(String when) {
    System.gc();
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    System.out.println(when + " kilobytes " + heap.getUsed() / 1024);
    System.out.println(when + " threads " + threads());
  }

  /** Those of the platform, without the ones that carry virtual threads, which come and go. */
  private static long threads() {
    var threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(info -> info != null && !info.getThreadName().startsWith("ForkJoinPool"))
        .count();
  }
}
