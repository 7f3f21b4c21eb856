package dev.millrace.tools.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.Calls;

/** Waits for what a server has seen. */
final class Eventually {
  private Eventually() {}

  /** Calls a tool until it says what is wanted, and fails when it does not for a long time. */
  static void says(Calls calls, String tool, String wanted) throws InterruptedException {
    var text = calls.call(tool).text();
    for (int i = 0; i < 300 && !text.equals(wanted); i++) {
      Thread.sleep(20);
      text = calls.call(tool).text();
    }
    assertThat(text).isEqualTo(wanted);
  }
}
