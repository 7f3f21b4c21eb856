package dev.millrace.testkit.leaks;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The live threads, but those that the JVM and JUnit start and end as they like. */
final class Threads implements Kind {
  private static final String ATTACH = "Attach Listener";
  private static final String REAPER = "process reaper"; // waits for a child, which is named itself
  private static final String CARRIER = "jdk.internal.misc.CarrierThread";
  private static final String JUNIT = "org.junit.platform.engine.support.hierarchical.";
  private static final String REACTOR = "reactor.core.scheduler."; // a timer, one for the JVM
  private static final String HELIDON = "helidon-"; // timers, kept for the JVM's next server
  private static final String TEMPORAL = "generic-wf-client-"; // a timer, one for the JVM
  private static final String POSTGRES = "PostgreSQL-JDBC-Cleaner"; // one for the JVM
  private static final String FLIGHT_RECORDER = "JFR "; // two, kept from the first recording on
  private static final String COMMON_POOL = "ForkJoinPool.commonPool-worker-";

  private final Set<Long> before = new HashSet<>();

  Threads() {
    Thread.getAllStackTraces().keySet().forEach(thread -> before.add(thread.threadId()));
    VirtualThreads.now().forEach(thread -> before.add(thread.id()));
  }

  @Override
  public List<String> left() {
    var platform =
        Thread.getAllStackTraces().entrySet().stream()
            .filter(entry -> !before.contains(entry.getKey().threadId()) && !isHarmless(entry))
            .map(entry -> describe(entry.getKey(), entry.getValue()));
    var virtual =
        VirtualThreads.now().stream()
            .filter(thread -> !before.contains(thread.id()))
            .map(thread ->
                Stacks.under("virtual thread \"%s\"".formatted(thread.name()), thread.stack()));
    return Stream.concat(platform, virtual).toList();
  }

  private static String describe(Thread thread, StackTraceElement[] stack) {
    var title =
        "thread \"%s\" (%s, %s%s)"
            .formatted(
                thread.getName(),
                thread.getClass().getName(),
                thread.getState(),
                thread.isDaemon() ? ", daemon" : "");
    return Stacks.under(title, stack);
  }

  private static boolean isHarmless(Map.Entry<Thread, StackTraceElement[]> entry) {
    var thread = entry.getKey();
    var type = thread.getClass().getName();
    var name = thread.getName();
    return name.equals(ATTACH)
        || name.startsWith(REAPER)
        || type.equals(CARRIER)
        || type.startsWith(JUNIT)
        || type.startsWith(REACTOR)
        || name.startsWith(HELIDON)
        || name.startsWith(TEMPORAL)
        || name.equals(POSTGRES)
        || name.startsWith(FLIGHT_RECORDER)
        || (name.startsWith(COMMON_POOL) && isIdle(entry.getValue()));
  }

  private static boolean isIdle(StackTraceElement[] stack) {
    return Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals("awaitWork"));
  }
}
