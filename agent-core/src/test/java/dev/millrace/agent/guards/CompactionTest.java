package dev.millrace.agent.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.CompactionPolicy;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.ContextTooLongException;
import dev.millrace.agent.laws.Judge;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A transcript that is too long is cut at the borders of turns, once, and only if that helps. */
class CompactionTest {
  private static final Reply TOO_LONG =
      Reply.error(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000");

  private static Transcript longTranscript(int turns) {
    var transcript = Transcript.of("Begin.");
    for (int i = 0; i < turns; i++) {
      var use = new ToolUse("toolu_" + i, "write", RawJson.parse("{\"path\":\"" + i + "\"}"));
      transcript =
          transcript
              .plus(Message.of(Role.ASSISTANT, List.of(new Text("Turn " + i), use)))
              .plus(Message.of(Role.USER, List.of(ToolResult.of(use.id(), "x".repeat(500)))));
    }
    return transcript;
  }

  @Test
  @Tag("F11")
  void aTranscriptThatIsTooLongIsCutAndAskedAgain() {
    try (var world = World.scripted(TOO_LONG, Reply.says("Done."))) {
      var runner = world.runner().compaction(CompactionPolicy.keepLast(2)).build();
      var result = runner.run(longTranscript(10), world.events()::add);
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(world.events(AgentEvent.TranscriptCompacted.class))
          .containsExactly(new AgentEvent.TranscriptCompacted(1, 21, 5));
      assertThat(result.transcript().messages()).hasSize(6);
      assertThat(result.transcript().messages().getFirst().text())
          .startsWith("Begin.")
          .contains("16 messages that stood here were left out");
      World.assertSendable(result.transcript());
      world.server().verify();
    }
  }

  @Test
  void aContextThatFillsUpInTheMiddleOfAnAnswerIsTheSame() {
    try (var world =
        World.scripted(
            Reply.says("Half of").stops("model_context_window_exceeded"), Reply.says("Done."))) {
      var runner = world.runner().compaction(CompactionPolicy.keepLast(2)).build();
      var result = runner.run(longTranscript(10), world.events()::add);
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.text()).isEqualTo("Done.");
    }
  }

  @Test
  void aSummaryTakesThePlaceOfWhatIsLeftOut() {
    try (var world = World.scripted(TOO_LONG, Reply.says("Done."))) {
      var policy =
          CompactionPolicy.summarize(1, left -> "that " + left.messages().size() + " came before");
      var runner = world.runner().compaction(policy).build();
      var result = runner.run(longTranscript(6), RunListener.NONE);
      assertThat(result.transcript().messages().getFirst().text())
          .contains("They said:]\nthat 11 came before");
    }
  }

  @Test
  void aSecondCutReplacesTheNoteOfTheFirst() {
    var once = CompactionPolicy.keepLast(5).compact(longTranscript(10));
    var twice = CompactionPolicy.keepLast(2).compact(once);
    assertThat(twice.messages().getFirst().content()).hasSize(2);
  }

  @Test
  @Tag("H05")
  void aServerThatAlwaysFindsItTooLongIsAskedOnceMoreAndNoMore() {
    try (var world = World.answering(request -> TOO_LONG)) {
      var compactions = new AtomicInteger();
      CompactionPolicy policy =
          transcript -> {
            compactions.incrementAndGet();
            return CompactionPolicy.keepLast(2).compact(transcript);
          };
      var failure =
          catchThrowableOfType(
              RunFailedException.class,
              () ->
                  world
                      .runner()
                      .compaction(policy)
                      .build()
                      .run(longTranscript(10), RunListener.NONE));
      assertThat(failure).hasCauseInstanceOf(ContextTooLongException.class);
      assertThat(compactions).hasValue(1);
      assertThat(world.server().requestCount()).isEqualTo(2);
      World.assertSendable(failure.transcript());
    }
  }

  @Test
  @Tag("H05")
  void aPolicyThatDoesNotShrinkIsNotFollowed() {
    try (var world = World.answering(request -> TOO_LONG)) {
      AgentRunner runner = world.runner().compaction(transcript -> transcript).build();
      var failure = catchThrowable(() -> runner.run(longTranscript(10), RunListener.NONE));
      assertThat(failure).hasCauseInstanceOf(ContextTooLongException.class);
      assertThat(world.server().requestCount()).isOne();
    }
  }

  @Test
  void withoutAPolicyAFullContextIsAnOutcome() {
    try (var world = World.scripted(Reply.says("Half of").stops("model_context_window_exceeded"))) {
      var result = world.runner().build().run(longTranscript(3), RunListener.NONE);
      assertThat(result.outcome()).isEqualTo(RunOutcome.CONTEXT_FULL);
    }
  }

  @Test
  @Tag("H06")
  void anyHistoryCutAnywhereKeepsItsPairs() {
    long seed = 20_261_126L;
    var random = new Random(seed);
    try (var judge = new Judge()) {
      for (int i = 0; i < 200; i++) {
        var history = randomHistory(random);
        for (int keep = 1; keep <= 6; keep++) {
          var cut = CompactionPolicy.keepLast(keep).compact(history);
          World.assertPaired(cut);
          assertThat(cut.last())
              .as("seed %s, history %s", seed, i)
              .isEqualTo(cut.messages().size() == 1 ? cut.last() : history.last());
          if (i % 20 == 0) {
            judge.accepts(cut);
          }
        }
      }
    }
  }

  private static Transcript randomHistory(Random random) {
    var transcript = Transcript.of("Begin.");
    int calls = 0;
    for (int i = random.nextInt(12); i >= 0; i--) {
      var blocks = new ArrayList<ContentBlock>();
      blocks.add(new Text("Turn " + i));
      for (int n = random.nextInt(3); n > 0; n--) {
        blocks.add(new ToolUse("toolu_" + calls++, "write", RawJson.parse("{\"path\":\"a\"}")));
      }
      var answer = Message.of(Role.ASSISTANT, blocks);
      transcript = transcript.plus(answer);
      var results = new ArrayList<ContentBlock>();
      answer.toolUses().forEach(use -> results.add(ToolResult.of(use.id(), "done")));
      if (results.isEmpty() || random.nextBoolean()) {
        results.add(new Text("Go on " + i));
      }
      transcript = transcript.plus(Message.of(Role.USER, results));
    }
    return transcript;
  }

  @Test
  void compactionByTheApiIsPassedThroughAndItsBlocksAreKept() {
    var block = "{\"type\":\"compaction\",\"content\":\"What was said.\"}";
    var edits = "{\"edits\":[{\"type\":\"compact_20260112\"}]}";
    try (var world =
        World.scripted(
            Reply.message().block(block).calls("write", "{\"path\":\"a\"}"), Reply.says("Done."))) {
      var runner =
          world
              .runner()
              .betas("compact-2026-01-12")
              .member("context_management", RawJson.parse(edits));
      var result = world.run(runner, "Write.");
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      var second = world.server().requests().getLast();
      assertThat(second.body().path("context_management").toString()).isEqualTo(edits);
      assertThat(second.messages().get(1).path("content").get(0).toString()).isEqualTo(block);
    }
  }
}
