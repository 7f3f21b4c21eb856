package dev.millrace.testkit.leaks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An item of the report with a stack under it. */
final class Stacks {
  private static final int FRAMES = 40;

  private Stacks() {}

  static String kind(Thread thread) {
    return thread.isVirtual() ? "virtual thread" : "thread";
  }

  static String under(String title, StackTraceElement[] stack) {
    return under(title, Arrays.stream(stack).map(StackTraceElement::toString).toList());
  }

  static String under(String title, List<String> stack) {
    return stack.stream()
        .limit(FRAMES)
        .map(frame -> "\n      at " + frame)
        .collect(Collectors.joining("", "- " + title, ""));
  }
}
