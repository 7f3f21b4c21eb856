package dev.millrace.agent.faults;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The points at which a run may be cancelled. */
final class AwaitPoints {
  /** Events that wait for a reader before the run waits for it. */
  private static final int CAPACITY = 1_024;

  /** Two blocks, each of a start, a piece and a stop, and the signature of the second. */
  private static final int EVENTS_OF_TWO = 7;

  private AwaitPoints() {}

  /** Before anything was done. */
  static AwaitPoint beforeTheRun() {
    return new AwaitPoint() {
      @Override
      boolean isSlowForTheReader() {
        return true;
      }

      @Override
      void begins() {
        hold();
      }
    };
  }

  static AwaitPoint beforeTheRequestOf(int turn) {
    return new AwaitPoint() {
      @Override
      void asks(int asked) {
        if (asked == turn) {
          hold();
        }
      }
    };
  }

  static AwaitPoint inARetryWait() {
    return new AwaitPoint() {
      @Override
      Reply reply(int turn, MessageReply whole) {
        return Reply.error(429, "rate_limit_error", "Too many.").header("retry-after", "50");
      }

      @Override
      void told(AgentEvent event) {
        if (event instanceof AgentEvent.TurnRetried) {
          reach();
        }
      }
    };
  }

  static AwaitPoint beforeTheHeadOf(int turn) {
    return new Silence(turn) {
      @Override
      Reply silent(MessageReply whole) {
        reach();
        return whole.stallBeforeHeaders();
      }
    };
  }

  /** The server falls silent after so many events of a message. */
  static AwaitPoint afterEvent(int turn, int events) {
    return new Silence(turn) {
      @Override
      Reply silent(MessageReply whole) {
        if (events == 0) {
          reach();
        }
        return whole.stallAfterEvent(events);
      }

      @Override
      void arrived(int arriving, int number) {
        if (arriving == turn && number == events) {
          reach();
        }
      }
    };
  }

  /** The server falls silent after so many bytes of a message, {@code whole} events among them. */
  static AwaitPoint atByte(int turn, int bytes, int events) {
    return new Silence(turn) {
      @Override
      Reply silent(MessageReply whole) {
        if (events == 0) {
          reach();
        }
        return whole.stallAt(bytes);
      }

      @Override
      void arrived(int arriving, int number) {
        if (arriving == turn && number == events) {
          reach();
        }
      }
    };
  }

  static AwaitPoint whileThePolicyDecidesOn(String tool) {
    return new AwaitPoint() {
      @Override
      void decides(String asked) {
        if (asked.equals(tool)) {
          hold();
        }
      }
    };
  }

  static AwaitPoint inAToolThatObeysItsSignal(String tool) {
    return new AwaitPoint() {
      @Override
      void runs(String running, ToolContext context) {
        if (running.equals(tool)) {
          var told = new CountDownLatch(1);
          context.cancelSignal().onCancel(told::countDown);
          reach();
          uninterruptibly(told);
          throw new CancellationException("told to stop");
        }
      }
    };
  }

  static AwaitPoint inAToolThatObeysInterrupts(String tool) {
    return new AwaitPoint() {
      @Override
      void runs(String running, ToolContext context) throws InterruptedException {
        if (running.equals(tool)) {
          reach();
          new CountDownLatch(1).await();
        }
      }
    };
  }

  /** A tool that ends by itself, not because it is told to. */
  static AwaitPoint inAToolThatTakesItsTime(String tool) {
    return new Stubborn(tool);
  }

  /** A tool that is still at work when the run has ended. */
  static AwaitPoint inAToolThatIgnoresAllSigns(String tool) {
    return new Stubborn(tool) {
      @Override
      boolean isHeldBeyondTheEnd() {
        return true;
      }
    };
  }

  /** The last of so many calls has its result. */
  static AwaitPoint afterTheLastOf(int calls) {
    var finished = new AtomicInteger();
    return at(
        event -> event instanceof AgentEvent.ToolFinished && finished.incrementAndGet() == calls);
  }

  /** A listener has just been told this; a reader has just pulled it. */
  static AwaitPoint at(Predicate<AgentEvent> which) {
    return new Telling(which);
  }

  static AwaitPoint atTheEnd() {
    return new Telling(AgentEvent.RunFinished.class::isInstance) {
      @Override
      Reply reply(int turn, MessageReply whole) {
        return whole;
      }

      @Override
      Set<RunOutcome> outcomes() {
        return Set.of(RunOutcome.COMPLETED);
      }
    };
  }

  /** When the last text is told; what is left of the run goes on meanwhile. */
  static AwaitPoint shortlyBeforeTheEnd() {
    return new AwaitPoint() {
      @Override
      Reply reply(int turn, MessageReply whole) {
        return whole;
      }

      @Override
      void arrived(int turn, int number) {
        if (turn == CancelScene.TURNS && number == CancelScene.events(turn) - 3) {
          reach();
        }
      }

      @Override
      boolean isSlowForTheReader() {
        return true; // for a run that has ended is not told to stop any more
      }

      @Override
      Set<RunOutcome> outcomes() {
        return Set.of(RunOutcome.COMPLETED, RunOutcome.CANCELLED);
      }
    };
  }

  /** Nobody pulls, and nothing more has room; pieces of two kinds in turns cannot be joined. */
  static AwaitPoint whileTheQueueIsFull() {
    return new AwaitPoint() {
      @Override
      Reply reply(int turn, MessageReply whole) {
        var reply = Reply.message();
        for (int i = 0; i < CAPACITY; i++) {
          reply = reply.says("a").thinks("b");
        }
        return reply.stallAfterEvent(CAPACITY * EVENTS_OF_TWO);
      }

      @Override
      boolean isSlowForTheReader() {
        return true;
      }

      @Override
      void begins() {
        stay();
      }

      @Override
      void arrives(int turn, int number) {
        // RunStarted and TurnStarted wait too; then come the start of a block and one more piece.
        if (number == 1 + (CAPACITY - 2) / 2 * EVENTS_OF_TWO + 2) {
          reach();
        }
      }
    };
  }

  /** The server falls silent in this turn's message. */
  private abstract static class Silence extends AwaitPoint {
    private final int turn;

    Silence(int turn) {
      this.turn = turn;
    }

    abstract Reply silent(MessageReply whole);

    @Override
    Reply reply(int asked, MessageReply whole) {
      return asked == turn ? silent(whole) : super.reply(asked, whole);
    }

    @Override
    boolean isInStream() {
      return true;
    }
  }

  private static class Stubborn extends AwaitPoint {
    private final String tool;

    Stubborn(String tool) {
      this.tool = tool;
    }

    @Override
    void runs(String running, ToolContext context) {
      if (running.equals(tool)) {
        hold();
      }
    }
  }

  private static class Telling extends AwaitPoint {
    private final Predicate<AgentEvent> which;

    Telling(Predicate<AgentEvent> which) {
      this.which = which;
    }

    @Override
    boolean isSlowForTheReader() {
      return true;
    }

    @Override
    void told(AgentEvent event) {
      if (which.test(event)) {
        hold();
      }
    }
  }
}
