package dev.millrace.agent.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.CompactionPolicy;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.InvalidRequestException;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What becomes of a history: its tokens, its blanks, its thinking, and whoever goes on with it. */
class HistoryFailuresTest {
  private static final String INPUT = "{\"path\":\"a\"}";
  private static final Message NEXT = Message.user("And now?");

  @TempDir private Path folder = Path.of("");

  private Session open() {
    return Session.open(FileSessionStore.in(folder), "s");
  }

  /** Its start reports the prompt and the first token, its end all tokens of the answer. */
  @ParameterizedTest
  @EnumSource(names = {"FIN", "BAD_CHUNK"})
  @Tag("H04")
  void whereverAnAnswerBreaksOffItsTokensAreThoseItHadReported(Cut way) {
    var broken = Reply.says("Half").usage(100, 40);
    var reported = List.of(0, 1, 1, 1, 1, 40);
    for (int events = 0; events < reported.size(); events++) {
      try (var world =
          World.recovering(
              broken.cutAfterEvent(events, way), Reply.says("Whole.").usage(100, 30))) {
        var result = world.run(world.runner(), "Say it.");
        assertThat(result.text()).isEqualTo("Whole.");
        assertThat(result.usage().inputTokens())
            .as("tokens of the prompt, cut after event %s", events)
            .isEqualTo(events == 0 ? 100 : 200);
        assertThat(result.usage().outputTokens())
            .as("tokens of the answer, cut after event %s", events)
            .isEqualTo(30L + reported.get(events));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "\t \r\n"})
  @Tag("H07")
  void blankTextIsNeverSentWhoeverSaidItAndHoweverLongAgo(String blank) {
    var block = "{'type':'text','text':%s%s}".replace('\'', '"');
    var plain = block.formatted(RawJson.ofString(blank).text(), "");
    var marked =
        block.formatted(
            RawJson.ofString(blank).text(), ",\"cache_control\":{\"type\":\"ephemeral\"}");
    var stored =
        """
        [{"role":"user","content":"Hello."},{"role":"assistant","content":[%1$s]},
         {"role":"user","content":[%2$s]},{"role":"user","content":[%1$s,{"type":"text","text":"Well?"}]}]
        """
            .formatted(plain, marked);
    try (var world =
        World.scripted(
            Reply.message().block(plain).calls("write", INPUT).block(plain),
            Reply.message().block(plain),
            Reply.says("Fine."))) {
      var runner = world.runner().build();
      var result = runner.run(Transcript.load(stored).transcript(), RunListener.NONE);
      runner.run(result.transcript().plus(NEXT), RunListener.NONE);
      world.server().verify();
      assertThat(world.server().requestCount()).isEqualTo(3);
      for (var request : world.server().requests()) {
        assertThat(
                request.messages().stream().flatMap(message -> message.findValues("text").stream()))
            .isNotEmpty()
            .noneMatch(text -> text.asString().isBlank());
      }
    }
  }

  @Test
  @Tag("H08")
  void anAnswerOfNothingIsNotAddedAndTheNextTurnIsSound() {
    try (var world = World.scripted(Reply.message(), Reply.says("Here."))) {
      var nothing = world.run(world.runner(), "Are you there?");
      assertThat(nothing.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(nothing.transcript()).isEqualTo(Transcript.of("Are you there?"));
      var next = world.runner().build().run(nothing.transcript().plus(NEXT), RunListener.NONE);
      assertThat(next.text()).isEqualTo("Here.");
      world.server().verify();
    }
  }

  @Test
  @Tag("H09")
  void signedThinkingGoesBackAsItCameFromAStoreAndAfterACompaction() {
    long seed = 20_261_127L;
    var random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      var signature = anyText(random);
      var thought = anyText(random);
      var id = "s" + i;
      try (var world =
          World.scripted(
              Reply.says("Yes."),
              Reply.message().thinksSigned(signature, thought).calls("write", INPUT),
              Reply.says("Done."),
              Reply.says("Still."))) {
        var runner = world.runner().build();
        runInSession(id, runner, session -> session.plus(Message.user("Hello.")));
        var result = runInSession(id, runner, session -> session.plus(Message.user("Write.")));
        var shorter = CompactionPolicy.keepLast(2).compact(result.transcript());
        assertThat(shorter.messages()).hasSizeLessThan(result.transcript().messages().size());
        for (var history : List.of(result.transcript(), shorter)) {
          assertThat(thinking(history.json().node()))
              .as("seed %s, run %s", seed, i)
              .hasSize(1)
              .allSatisfy(block -> {
                assertThat(block.path("signature").asString()).isEqualTo(signature);
                assertThat(block.path("thinking").asString()).isEqualTo(thought);
              });
        }
        runInSession(id, runner, session -> session.plus(NEXT));
        assertThat(thinking(world.server().requests().getLast().body()))
            .as("sent again, seed %s, run %s", seed, i)
            .isEqualTo(thinking(result.transcript().json().node()));
        world.server().verify();
      }
    }
  }

  private static List<JsonNode> thinking(JsonNode tree) {
    return tree.findParents("signature").stream().map(JsonNode.class::cast).toList();
  }

  private static String anyText(Random random) {
    return random
        .ints(1 + random.nextInt(60), 1, 0x1_1000)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .append('.')
        .toString();
  }

  private interface Said {
    Transcript in(Session session);
  }

  /** As another process would, which opens the session, runs and ends. */
  private RunResult runInSession(String id, AgentRunner runner, Said said) {
    return runInSession(id, runner, said, RunListener.NONE);
  }

  private RunResult runInSession(String id, AgentRunner runner, Said said, RunListener listener) {
    try (var session = Session.open(FileSessionStore.in(folder), id)) {
      return runner.run(said.in(session), listener, RunOptions.DEFAULT.session(session));
    }
  }

  @Test
  @Tag("H11")
  void whatTheUserSaysWhileCallsWaitComesAfterTheirResultsInOneMessage() {
    var calls = Reply.calls("toolu_1", "write", INPUT).calls("toolu_2", "write", INPUT);
    try (var world = World.scripted(calls, Reply.says("Fine."))) {
      var waiting = world.runner().policy((use, tool) -> ToolPolicy.pause("?"));
      var paused = world.run(waiting, "Write.");
      world.runner().build().run(paused.transcript().plus(NEXT), RunListener.NONE);
      world.server().verify();
      var sent = world.server().requests().getLast().messages();
      assertThat(sent).hasSize(3);
      assertThat(sent.getLast().path("content").findValuesAsString("type"))
          .containsExactly("tool_result", "tool_result", "text");
    }
  }

  @Test
  @Tag("H12")
  void whoResumesASessionWithAnotherAgentIsToldSo() {
    try (var world = World.answering(request -> Reply.says("Yes."))) {
      Supplier<AgentRunner.Builder> kind = () -> world.runner().system("Be kind.");
      Supplier<AgentRunner.Builder> brief = () -> world.runner().system("Be brief.");
      var agents =
          List.of(
              kind.get(),
              kind.get(),
              kind.get().maxTokens(99),
              brief.get(),
              brief.get(),
              brief.get().tools(world.tool("read", "path")),
              brief.get().tools(world.tool("read", "file")),
              kind.get());
      for (var agent : agents) {
        runInSession("s", agent.build(), session -> session.plus(NEXT), world.events()::add);
      }
      assertThat(world.events(AgentEvent.SessionResumed.class))
          .extracting(AgentEvent.SessionResumed::isChanged)
          .containsExactly(false, false, true, false, true, true, true);
    }
  }

  @Test
  @Tag("H12")
  void aPendingCallOfAToolThatIsGoneIsAnsweredAsUnknown() {
    try (var world = World.scripted(Reply.calls("write", INPUT), Reply.says("Oh."))) {
      var pausing = world.runner().policy((use, tool) -> ToolPolicy.pause("?"));
      runInSession("s", pausing.build(), session -> Transcript.of("Write."));
      var other = world.runner().tools(world.tool("read", "path"));
      var result = runInSession("s", other.build(), Session::transcript, world.events()::add);
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      assertThat(result.text()).isEqualTo("Oh.");
      assertThat(World.lastResults(result.transcript()).getFirst().text())
          .contains("there is no tool named \"write\"");
      assertThat(world.ran()).isEmpty();
      assertThat(world.events(AgentEvent.SessionResumed.class))
          .allMatch(AgentEvent.SessionResumed::isChanged)
          .hasSize(1);
      world.server().verify();
    }
  }

  /** Also by a client that asks again wherever that may help. */
  @Test
  @Tag("H13")
  void aHistoryThatTheServerRefusesIsSentOnce() {
    var refusal = "messages.3: text content blocks must be non-empty";
    try (var world =
            World.recovering(
                Reply.says("Yes."),
                Reply.calls("write", INPUT),
                Reply.error(400, "invalid_request_error", refusal));
        var session = open()) {
      var options = RunOptions.DEFAULT.session(session);
      var runner = world.runner().build();
      runner.run(session.plus(Message.user("Hello.")), RunListener.NONE, options);
      var failure =
          catchThrowableOfType(
              RunFailedException.class,
              () -> runner.run(session.plus(NEXT), RunListener.NONE, options));
      assertThat(failure).hasMessageContaining("messages.3");
      assertThat(failure.getCause())
          .isInstanceOfSatisfying(
              InvalidRequestException.class, cause -> assertThat(cause.isRetryable()).isFalse());
      assertThat(world.server().requestCount()).isEqualTo(3);
      assertThat(world.ran()).as("the call before it").hasSize(1);
      assertThat(failure.transcript().messages()).hasSize(5);
      assertThat(session.transcript()).isEqualTo(failure.transcript());
      World.assertSendable(failure.transcript());
    }
  }
}
