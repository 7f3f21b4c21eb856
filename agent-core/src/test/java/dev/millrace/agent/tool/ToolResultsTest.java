package dev.millrace.agent.tool;

import static dev.millrace.agent.tool.Turn.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the model is told of what tools return and throw; the API accepts all of it. */
class ToolResultsTest {
  private static final ContentBlock IMAGE = Image.of("image/png", new byte[] {1});
  private static final String SECRET = "sk-ant-api03-abcDEF_123";

  static Stream<Throwable> survivable() {
    return Stream.of(
        new IllegalStateException("broken"),
        new IOException("broken"),
        new StackOverflowError("broken"),
        new AssertionError("broken"),
        new NoClassDefFoundError("broken"),
        new InterruptedException("broken"));
  }

  @ParameterizedTest
  @MethodSource("survivable")
  @Tag("G01")
  void tellsWhatWasThrownByItsMessage(Throwable thrown) {
    var outcome = thrown(thrown);
    assertThat(outcome.results().get(0))
        .isEqualTo(ToolResult.error("id-a", "The tool failed: broken"));
    assertThat(outcome.fatal()).isNull();
  }

  @Test
  @Tag("G02")
  void survivesARealStackOverflow() {
    var outcome = Turn.of(tool("a", context -> ToolOutput.text("" + deeper(1)))).run();
    assertThat(Turn.texts(outcome))
        .containsExactly("The tool failed: java.lang.StackOverflowError");
    assertThat(outcome.fatal()).isNull();
  }

  private static int deeper(int depth) {
    return depth < 0 ? 0 : depth + deeper(depth + 1);
  }

  @Test
  @Tag("G02")
  void answersTheCallThatBreaksTheVirtualMachineAndEndsTheRun() {
    var error = new OutOfMemoryError("Java heap space");
    var outcome = thrown(error);
    assertThat(Turn.texts(outcome)).containsExactly("The tool failed: Java heap space");
    assertThat(outcome.fatal()).isSameAs(error);
  }

  @Test
  @Tag("G01")
  void namesWhatHasNoMessage() {
    assertThat(text(thrown(new IllegalStateException())))
        .isEqualTo("The tool failed: java.lang.IllegalStateException");
    assertThat(text(thrown(new IllegalStateException(" "))))
        .isEqualTo("The tool failed: java.lang.IllegalStateException");
    assertThat(text(thrown(new Unspeakable())))
        .isEqualTo("The tool failed: " + Unspeakable.class.getName());
  }

  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("not even that");
    }
  }

  @Test
  @Tag("G01")
  void capsMessagesAndTellsNoStackTraceAndNoKey() {
    var verbose =
        tool(
            "a",
            context -> {
              throw new IllegalStateException("x".repeat(1_000_000));
            });
    assertThat(Turn.of(verbose).texts())
        .containsExactly("The tool failed: " + "x".repeat(4_096) + "...");
    var cause = new IllegalStateException("inner");
    assertThat(text(thrown(new IllegalStateException("for " + SECRET + "!", cause))))
        .isEqualTo("The tool failed: for sk-ant-***!");
  }

  @Test
  void tellsAFailureAsTheToolPutsIt() {
    assertThat(thrown(new ToolFailure("no such city")).results().get(0))
        .isEqualTo(ToolResult.error("id-a", "no such city"));
    var blocks = List.of(new Text("look"), IMAGE, new Text(" "));
    assertThat(thrown(new ToolFailure("m", blocks)).results().get(0).content())
        .containsExactly(
            new Text("look"), new Text("[image left out: a failure is told in text only]"));
    assertThat(text(thrown(new ToolFailure(" ")))).isEqualTo("The tool failed and said nothing.");
    assertThat(new ToolFailure("m", new IOException("c"))).hasCauseInstanceOf(IOException.class);
  }

  @Test
  @Tag("G04")
  void saysSoWhenThereIsNothingToSay() {
    for (var output :
        Stream.of(ToolOutput.text(""), ToolOutput.text(" \n"), ToolOutput.of()).toList()) {
      assertThat(returned(output)).isEqualTo(ToolResult.of("id-a", "(no output)"));
    }
    assertThat(returned((ToolOutput) null)).isEqualTo(ToolResult.of("id-a", "(no output)"));
  }

  @Test
  void givesBlocksAsTheyAre() {
    var found = block("{'type':'search_result','source':'s','title':'t','content':[]}");
    var output = ToolOutput.of(new Text("a"), IMAGE, found);
    assertThat(returned(output).content()).containsExactly(new Text("a"), IMAGE, found);
    assertThat(returned(output).isError()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void refusesBlocksThatNoResultHolds(ContentBlock block) {
    var told = "The tool returned a block of type \"" + block.type() + "\", which no result holds.";
    assertThat(returned(ToolOutput.of(new Text("a"), block)))
        .isEqualTo(ToolResult.error("id-a", told));
    assertThat(text(thrown(new ToolFailure("m", List.of(block))))).isEqualTo(told);
  }

  static Stream<ContentBlock> illegal() {
    return Stream.of(
        new ToolUse("t", "n", RawJson.EMPTY_OBJECT),
        ToolResult.of("t", "r"),
        block("{'type':'thinking','thinking':'','signature':'s'}"),
        block("{'type':'text'}"),
        block("{'type':'image'}"),
        block("{'type':'future_block'}"));
  }

  @Test
  @Tag("G04")
  void cutsTextInTheMiddleAndSaysHowMuch() {
    var text = returned("h".repeat(50_000) + "t".repeat(50_000)).text();
    assertThat(text)
        .isEqualTo(
            "h".repeat(750) + "\n[... 99000 characters were cut out here ...]\n" + "t".repeat(250));
    assertThat(returned("x".repeat(1_000)).text()).hasSize(1_000);
  }

  @Test
  void cutsNoCharacterInTwo() {
    for (int shift = 0; shift < 4; shift++) {
      var text = returned("x".repeat(shift) + "🙂".repeat(5_000)).text();
      assertThat(text).doesNotContain("\uFFFD").contains("characters were cut out here");
      assertThat(text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)).isTrue();
    }
  }

  @Test
  void sharesTheRoomAmongBlocksAndSaysWhatIsMissing() {
    var output =
        ToolOutput.of(
            new Text("a".repeat(900)), new Text("b".repeat(200)), new Text("c".repeat(300)));
    assertThat(returned(output).content())
        .containsExactly(
            new Text("a".repeat(900)),
            new Text(
                "b".repeat(75) + "\n[... 100 characters were cut out here ...]\n" + "b".repeat(25)),
            new Text("[300 more characters were cut off]"));
  }

  @Test
  @Tag("G04")
  void capsTheNumberOfBlocks() {
    var blocks = Collections.<ContentBlock>nCopies(1_000_000, new Text("x"));
    var content = returned(new ToolOutput(blocks)).content();
    assertThat(content).hasSize(1_001).endsWith(new Text("[999000 more blocks were cut off]"));
  }

  @Test
  @Tag("G04")
  void capsWhatIsNotText() {
    var big = Image.of("image/png", new byte[10 * 1024 * 1024]);
    assertThat(returned(ToolOutput.of(big, big)).content())
        .containsExactly(big, new Text("[image left out: it is too large]"));
  }

  @Test
  @Tag("C07")
  @Tag("G04")
  void replacesHalvesOfSurrogatePairs() {
    assertThat(returned("a\ud83d").text()).isEqualTo("a\uFFFD");
    assertThat(text(thrown(new IllegalStateException("a\ud83d"))))
        .isEqualTo("The tool failed: a\uFFFD");
  }

  @Test
  void repeatsTheToolsetOfItsCall() {
    var turn = Turn.of(limits(), Turn.says("a"));
    var use =
        new ToolUse(
            "t", "a", RawJson.EMPTY_OBJECT, RawJson.parse("{\"toolset_name\":\"browser\"}"), null);
    assertThat(turn.run(turn.prepare(use)).results().get(0).other().text())
        .isEqualTo("{\"toolset_name\":\"browser\"}");
  }

  private static ToolLimits limits() {
    return new ToolLimits(1_000, Duration.ofSeconds(1), 1);
  }

  private static ToolResult returned(String text) {
    return returned(ToolOutput.text(text));
  }

  private static ToolResult returned(@Nullable ToolOutput output) {
    return sendable(Turn.of(limits(), tool("a", context -> output)).run()).results().get(0);
  }

  private static ToolCalls.Outcome thrown(Throwable thrown) {
    return sendable(
        Turn.of(
                limits(),
                tool(
                    "a",
                    context -> {
                      if (thrown instanceof Error error) {
                        throw error;
                      }
                      throw (Exception) thrown;
                    }))
            .run());
  }

  /** No message takes a block that the API refuses. */
  private static ToolCalls.Outcome sendable(ToolCalls.Outcome outcome) {
    assertThat(Message.of(Role.USER, outcome.results()).toolResults()).isEqualTo(outcome.results());
    return outcome;
  }

  private static String text(ToolCalls.Outcome outcome) {
    return outcome.results().get(0).text();
  }

  private static ContentBlock block(String quoted) {
    return ContentBlock.of(RawJson.parse(quoted.replace('\'', '"')));
  }
}
