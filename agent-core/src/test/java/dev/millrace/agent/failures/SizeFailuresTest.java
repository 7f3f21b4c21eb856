package dev.millrace.agent.failures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.stream.StreamLimitException;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Streams that would take all memory or all time. */
class SizeFailuresTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  @Tag("A10")
  void aLineWithoutAnEndFailsTheRunAndItsConnectionIsDropped() throws InterruptedException {
    byte[] piece = "x".repeat(64 * 1024).getBytes(UTF_8);
    Iterable<byte[]> endless = () -> afterwards("data: ".getBytes(UTF_8), piece);
    try (var world = World.scripted(Reply.bytes("text/event-stream", endless))) {
      var failure = world.failure(world.runner(), "Say it.");
      assertThat(failure)
          .hasCauseInstanceOf(StreamLimitException.class)
          .hasMessageContaining("maxLine");
      world.server().awaitNoConnections(SOON);
    }
  }

  /** The first piece, then the other one for ever. */
  private static Iterator<byte[]> afterwards(byte[] first, byte[] then) {
    return new Iterator<>() {
      private boolean begun;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public byte[] next() {
        var next = begun ? then : first;
        begun = true;
        return next;
      }
    };
  }

  @Test
  @Tag("A11")
  void anEventOfFiveMebibytesIsAnEventAsAnyOther() {
    var large = "x".repeat(5 << 20);
    try (var world = World.scripted(Reply.says(large, large))) {
      assertThat(world.run(world.runner(), "Say it.").text()).hasSize(10 << 20);
    }
  }

  /** What is rebuilt with each piece costs sixteen times as much when the pieces are four times. */
  @Test
  @Tag("A12")
  void fourTimesThePiecesOfATextCostFourTimesAsMuch() {
    var piece = "forty characters of text in every piece ";
    assertLinear(pieces -> Reply.says(Collections.nCopies(pieces, piece).toArray(String[]::new)));
  }

  @Test
  @Tag("A12")
  void fourTimesThePiecesOfAnInputCostFourTimesAsMuch() {
    var piece = "forty characters of text in every piece ";
    assertLinear(pieces -> {
      var fragments = new String[pieces + 2];
      Arrays.fill(fragments, piece);
      fragments[0] = "{\"path\":\"";
      fragments[pieces + 1] = "\"}";
      return Reply.message().callsInFragments("toolu_1", "write", fragments);
    });
  }

  private static void assertLinear(IntFunction<MessageReply> reply) {
    bytesMadeFor(reply.apply(1_000)); // loads the classes
    long small = bytesMadeFor(reply.apply(4_000));
    long large = bytesMadeFor(reply.apply(16_000));
    assertThat(large).isLessThan(6 * small);
  }

  /** What the run's thread allocates in one turn. */
  private static long bytesMadeFor(Reply reply) {
    // A call is answered, and the next turn is the last.
    try (var world =
        World.answering(request -> request.turn() == 1 ? reply : Reply.says("Done."))) {
      var runner = world.runner().build();
      long before = THREADS.getCurrentThreadAllocatedBytes();
      runner.run("Say it.", RunListener.NONE);
      return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
  }
}
