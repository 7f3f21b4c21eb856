package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs that want one session at the same time. */
class SessionClaimTest {
  private static final int ROUNDS = 20_000;

  /** A journal that holds nothing, so that only the claim takes time. */
  private static final class Nowhere implements Journal {
    @Override
    public void replay(Reader reader) {}

    @Override
    public void append(String record) {}

    @Override
    public void close() {}
  }

  @Test
  @Tag("I07")
  void whatARunWasToldIsKeptIsNeverReplacedByWhatAnotherHadSeenBefore() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      try (var session = Session.open(id -> new Nowhere(), "s")) {
        List<String> kept = new CopyOnWriteArrayList<>();
        var threads =
            IntStream.range(0, 2)
                .mapToObj(i -> Thread.ofVirtual().start(() -> say("message " + i, session, kept)))
                .toList();
        for (var thread : threads) {
          thread.join();
        }
        var said = session.transcript().messages().stream().map(Message::text).toList();
        assertThat(said).as("round %s", round).containsExactlyInAnyOrderElementsOf(kept);
      }
    }
  }

  private static void say(String text, Session session, List<String> kept) {
    var transcript = session.plus(Message.user(text));
    try (var running = session.begin(transcript)) {
      running.said(transcript);
      kept.add(text);
    } catch (IllegalStateException | IllegalArgumentException e) {
      // The other one was first; whoever is refused has kept nothing.
    }
  }
}
