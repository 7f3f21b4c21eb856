package dev.millrace.agent.faults;

import dev.millrace.agent.client.ApiTimeoutException;
import dev.millrace.agent.client.ConnectionFailedException;
import dev.millrace.agent.client.IncompleteStreamException;
import dev.millrace.agent.client.OverloadedException;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.time.Duration;
import java.util.List;

/** How an answer breaks off between two of its events. */
@SuppressWarnings("ImmutableEnumChecker") // its lists are
enum Fault {
  CLOSED(IncompleteStreamException.class),
  /** A reset may overtake what was sent before it, the head of the answer too. */
  RESET(IncompleteStreamException.class, ConnectionFailedException.class),
  STALLED(ApiTimeoutException.class),
  OVERLOADED(OverloadedException.class);

  private static final Duration SHORT = Duration.ofMillis(200);

  private final List<Class<?>> causes;

  Fault(Class<?>... causes) {
    this.causes = List.of(causes);
  }

  /** The stream, broken after so many events. */
  Reply broken(CutStream stream, int events) {
    var whole = stream.whole();
    return switch (this) {
      case CLOSED -> whole.cutAfterEvent(events, Cut.FIN);
      case RESET -> whole.cutAfterEvent(events, Cut.RST);
      case STALLED -> whole.stallAfterEvent(events);
      case OVERLOADED -> whole.errorEventAfter(events, "overloaded_error", "Overloaded");
    };
  }

  /**
   * An answer after which a connection is not used again where resets come: one without an answer
   * would be taken for a connection that had died before, and the request be sent anew untold.
   */
  Reply sound(Reply reply) {
    return this == RESET ? reply.header("connection", "close") : reply;
  }

  boolean isCause(Throwable thrown) {
    return causes.stream().anyMatch(cause -> cause.isInstance(thrown));
  }

  /** Whether all that was sent before it is sure to arrive. */
  boolean isOrderly() {
    return this != RESET;
  }

  Timeouts timeouts() {
    return this == STALLED ? Timeouts.DEFAULT.withIdle(SHORT) : Timeouts.DEFAULT;
  }

  /** How many runs may be under way: few that work; of those that wait, as many as may retry. */
  int atOnce(RetryPolicy policy) {
    if (this != STALLED) {
      return 32;
    }
    return policy.maxRetries() == 0 ? 300 : 100;
  }
}
