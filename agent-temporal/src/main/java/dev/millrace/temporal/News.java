package dev.millrace.temporal;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.feed.EventJson;
import io.temporal.activity.ActivityInfo;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what happens in one attempt of a step onto the bus. */
final class News {
  private static final Logger LOG = LoggerFactory.getLogger(News.class);

  private final DeltaBus bus;
  private final String step;
  private final ActivityInfo info;
  private final AtomicLong sequence = new AtomicLong();

  News(DeltaBus bus, String step, ActivityInfo info) {
    this.bus = bus;
    this.step = step;
    this.info = info;
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
          new Delta(
              info.getWorkflowId(),
              step,
              info.getAttempt(),
              sequence.getAndIncrement(),
              EventJson.of(event, turn)));
    } catch (RuntimeException e) {
      LOG.warn("live news of run {} was lost", info.getWorkflowId(), e);
    }
  }
}
