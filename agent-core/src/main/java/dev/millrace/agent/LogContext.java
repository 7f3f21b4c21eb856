package dev.millrace.agent;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The diagnostic context of a thread, for the threads that work for it. */
final class LogContext {
  private final @Nullable Map<String, String> entries;

  private LogContext(@Nullable Map<String, String> entries) {
    this.entries = entries;
  }

  static LogContext ofThisThread() {
    return new LogContext(MDC.getCopyOfContextMap());
  }

  /** Sets it for this thread, which must be a new one that has none of its own. */
  void set() {
    if (entries != null && !entries.isEmpty()) {
      MDC.setContextMap(entries);
    }
  }
}
