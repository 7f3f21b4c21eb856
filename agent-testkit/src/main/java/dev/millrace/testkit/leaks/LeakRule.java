package dev.millrace.testkit.leaks;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test run that leaves something behind: a platform or virtual thread, an open socket or
 * file, a child process, or an exception that nobody caught.
 *
 * <p>What there is before the first test is compared with what there is after the last, so that
 * tests may run at the same time; things get some seconds to settle first. The failure is that of
 * the engine, which build tools report as a failed test, and names all that is left.
 *
 * <p>It is for whole runs: name it in {@code
 * META-INF/services/org.junit.jupiter.api.extension.Extension} of the tests and set {@code
 * junit.jupiter.extensions.autodetection.enabled}. The configuration parameter {@value #SETTLE}
 * says how long things may take to settle, 5,000 by default. Descriptors are seen on Linux only,
 * and not those that the garbage collector has closed by then. JUnit is an optional dependency.
 */
public final class LeakRule implements BeforeAllCallback, AfterAllCallback {
  /** The configuration parameter for the milliseconds that things may take to settle. */
  public static final String SETTLE = "millrace.leaks.settle.millis";

  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(LeakRule.class);

  private final List<Kind> kinds;

  /** Takes note of what there is now. */
  public LeakRule() {
    OnceForTheJvm.opened();
    this.kinds = List.of(new Threads(), new Descriptors(), new Children());
  }

  @Override
  public void beforeAll(ExtensionContext testClass) {
    run(testClass).begins(testClass.getRequiredTestClass().getName());
  }

  @Override
  public void afterAll(ExtensionContext testClass) {
    run(testClass).ends(testClass.getRequiredTestClass().getName());
  }

  /** The root's store closes it after the last test, and what that throws fails the engine. */
  private WatchedRun run(ExtensionContext context) {
    var settle = context.getConfigurationParameter(SETTLE, Long::valueOf).orElse(5_000L);
    return context
        .getRoot()
        .getStore(SPACE)
        .computeIfAbsent(
            LeakRule.class,
            key -> WatchedRun.start(kinds, Duration.ofMillis(settle)),
            WatchedRun.class);
  }
}
