package dev.millrace.agent;

import dev.millrace.agent.RunObserver.Observation;
import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.tool.ToolOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all observers of a runner see of one run, kept from harming it. */
final class Observations implements Observation {
  private static final Logger LOG = LoggerFactory.getLogger(Observations.class);

  /** An array, since all of it is gone over for each piece of text. */
  private final Observation[] all;

  private Observations(List<Observation> all) {
    this.all = all.toArray(new Observation[0]);
  }

  static Observations begin(List<RunObserver> observers, String model, String sessionId) {
    var all = new ArrayList<Observation>(observers.size());
    for (var observer : observers) {
      try {
        all.add(observer.begins(model, sessionId));
      } catch (RuntimeException e) {
        LOG.warn("an observer sees nothing of this run: it failed when the run began", e);
      }
    }
    return new Observations(all);
  }

  /** The listener, after the observers. */
  RunListener before(RunListener listener) {
    if (all.length == 0) {
      return listener;
    }
    return event -> {
      on(event);
      listener.on(event);
    };
  }

  @Override
  public void on(AgentEvent event) {
    for (var observation : all) {
      try {
        observation.on(event);
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  @Override
  public void asks(int turn, MessageRequest request) {
    each(observation -> observation.asks(turn, request));
  }

  private void each(Consumer<Observation> told) {
    for (var observation : all) {
      try {
        told.accept(observation);
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  private static void failed(RuntimeException e) {
    LOG.warn("an observer failed", e);
  }

  @Override
  public ToolOutput call(ToolUse use, Callable<ToolOutput> call) throws Exception {
    var inner = call;
    for (var observation : all) {
      var within = inner;
      inner = () -> observation.call(use, within);
    }
    return inner.call();
  }

  @Override
  public void ended(@Nullable Throwable failure) {
    each(observation -> observation.ended(failure));
  }
}
