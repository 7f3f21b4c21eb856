package dev.millrace.agent.faults;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * Where a run stands when it is cancelled. All that a run does passes here; at its one place a
 * point says that it was reached, and some keep the run there until they are released. The last
 * turn never ends by itself, so that no run outruns its cancel.
 */
class AwaitPoint {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** What the server answers. */
  Reply reply(int turn, MessageReply whole) {
    return turn == CancelScene.TURNS ? whole.stallAfterEvent(3) : whole;
  }

  /** The caller is about to run, or to pull. */
  void begins() {}

  /** The client is about to ask. */
  void asks(int turn) {}

  /** An event of a message is about to be handled. */
  void arrives(int turn, int number) {}

  /** An event of a message was handled. */
  void arrived(int turn, int number) {}

  /** The policy is asked. */
  void decides(String tool) {}

  /** A tool is called. */
  void runs(String tool, ToolContext context) throws Exception {}

  /** The listener is told, or a reader has pulled. */
  void told(AgentEvent event) {}

  /** Whether it may take long until an interrupt of the reader reaches the run, if ever. */
  boolean isSlowForTheReader() {
    return false;
  }

  /** Whether the run is to end while a tool still keeps from it. */
  boolean isHeldBeyondTheEnd() {
    return false;
  }

  /** Whether the connection is in use, and so to be closed with the run. */
  boolean isInStream() {
    return false;
  }

  /** How the run may end. */
  Set<RunOutcome> outcomes() {
    return Set.of(RunOutcome.CANCELLED);
  }

  final void reach() {
    reached.countDown();
  }

  /** Says that it was reached and stays, whatever interrupts come. */
  final void hold() {
    reach();
    stay();
  }

  /** Stays until it is released, whatever interrupts come. */
  final void stay() {
    uninterruptibly(released);
  }

  final void awaitReached() throws InterruptedException {
    reached.await();
  }

  final void release() {
    released.countDown();
  }

  static void uninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
