package dev.millrace.temporal;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.feed.EventJson;
import io.temporal.activity.ActivityInfo;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what happens in one attempt of a step onto the bus. */
final class News {
  private static final Logger LOG = LoggerFactory.getLogger(News.class);

  private final DeltaBus bus;
  private final String step;
  private final String runId;
  private final int attempt;
  private final AtomicLong sequence = new AtomicLong();

  News(DeltaBus bus, String step, ActivityInfo info) {
    this.bus = bus;
    this.step = step;
    this.runId = Objects.requireNonNull(info.getWorkflowId());
    this.attempt = info.getAttempt();
  }

  /** The run's id. */
  String runId() {
    return runId;
  }

  /**
   * Tells of a step.
   *
   * @param turn 0 where it is not known
   */
  RunListener listener(int turn) {
    return event -> tell(event, turn);
  }

  private void tell(AgentEvent event, int turn) {
    try {
      bus.publish(
          new Delta(runId, step, attempt, sequence.getAndIncrement(), EventJson.of(event, turn)));
    } catch (RuntimeException e) {
      LOG.warn("live news of run {} was lost", runId, e);
    }
  }
}
