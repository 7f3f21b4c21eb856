package dev.millrace.testkit.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Whole runs of the samples, with the rule registered as it is for the tests of each module. */
@Isolated("the rule compares all that there is in this process")
class LeakRuleTest {
  private Thread.UncaughtExceptionHandler handlerOfThisRun;

  @BeforeEach
  void keepUncaughtExceptionsOfTheSamplesFromThisRun() {
    handlerOfThisRun = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, exception) -> {});
  }

  @AfterEach
  void tidy() throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(handlerOfThisRun);
    Leaky.tidy();
  }

  @Test
  void namesAThreadAndWhereItStands() {
    assertThat(failure(Leaky.LeavesAThread.class))
        .contains("- thread \"left platform\" (java.lang.Thread, WAITING, daemon)")
        .containsPattern("at .*Leaky")
        .contains("Test classes that ran: " + Leaky.LeavesAThread.class.getName());
  }

  @Test
  void namesAVirtualThreadAndWhereItStands() {
    assertThat(failure(Leaky.LeavesAVirtualThread.class))
        .contains("- virtual thread \"left \"virtual\"\"")
        .containsPattern("at .*Leaky");
  }

  @Test
  void namesASocketByItsEnds() {
    assertThat(failure(Leaky.LeavesASocket.class))
        .containsPattern(
            "- open socket 127\\.0\\.0\\.1:\\d+ -> [0:]+ \\(LISTEN\\), descriptor \\d+");
  }

  @Test
  void namesAFileByItsPath() {
    assertThat(failure(Leaky.LeavesAFile.class))
        .containsPattern("- open file /.*/left\\.txt.*, descriptor \\d+");
  }

  @Test
  void namesAChildByItsPidAndCommand() {
    assertThat(failure(Leaky.LeavesAChild.class))
        .containsPattern("- child process \\d+: \\S*sleep 600")
        .containsPattern("- open pipe:\\[\\d+\\], descriptor \\d+");
  }

  @Test
  void namesAnUncaughtExceptionItsThreadAndTheTestClassesOfThatTime() {
    var during = "while these test classes ran: " + Leaky.ThrowsUncaught.class.getName();
    assertThat(failure(Leaky.ThrowsUncaught.class))
        .contains("nobody caught this on thread \"thrower\", " + during)
        .contains("nobody caught this on virtual thread \"thrower\", " + during)
        .contains("at dev.millrace.testkit.leaks.Leaky$ThrowsUncaught.");
  }

  @Test
  void passesTestsThatLeaveNothing() {
    var summary = run(Leaky.Clean.class, 5_000);
    assertThat(summary.getFailures()).isEmpty();
    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
  }

  /** The one failure of a run in which the test itself succeeds. */
  private static String failure(Class<?> sample) {
    var summary = run(sample, 300);
    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    assertThat(summary.getFailures()).hasSize(1);
    var failure = summary.getFailures().getFirst().getException();
    assertThat(failure).isInstanceOf(AssertionError.class);
    return String.valueOf(failure.getMessage());
  }

  private static TestExecutionSummary run(Class<?> sample, int settleMillis) {
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(sample))
            .enableImplicitConfigurationParameters(false)
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
            .configurationParameter(LeakRule.SETTLE, String.valueOf(settleMillis))
            .build();
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }
}
