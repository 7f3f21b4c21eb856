package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.PartialJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TextScreenTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final TextScreen screen = new TextScreen(new Output(shown, () -> {}));
  private final ToolUse use =
      new ToolUse("toolu_1", "write_file", RawJson.parse("{\"path\":\"a.txt\"}"));

  private String shown() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  private void grow(PartialJson input, String id, String piece) {
    input.append(piece);
    screen.on(new AgentEvent.ToolInputDelta(id, "write_file", piece, input));
  }

  @Test
  void showsTheInputOfACallWhileItGrows() {
    var input = new PartialJson();
    grow(input, "toolu_1", "");
    assertThat(shown()).isEqualTo("\u2192 write_file");
    grow(input, "toolu_1", "{\"path\":\"a.t");
    assertThat(shown()).isEqualTo("\u2192 write_file path=a.t");
    grow(input, "toolu_1", "xt\",\"text\":\"one\\ntw");
    assertThat(shown()).isEqualTo("\u2192 write_file path=a.txt text=one\u23cetw");
    grow(input, "toolu_1", "o\",\"mode\":{\"append\":tru");
    grow(input, "toolu_1", "e,\"tags\":[],\"n\":-1.50}}");
    assertThat(shown())
        .isEqualTo(
            "\u2192 write_file path=a.txt text=one\u23cetwo mode/append=true mode/tags=[]"
                + " mode/n=-1.50");
  }

  @Test
  void goesOnWithCallsWhoseInputsAlternate() {
    var first = new PartialJson();
    var second = new PartialJson();
    grow(first, "toolu_1", "{\"a\":\"x");
    grow(second, "toolu_2", "{\"b\":\"y");
    grow(first, "toolu_1", "z\"}");
    assertThat(shown())
        .isEqualTo("\u2192 write_file a=x\n\u2192 write_file b=y\n\u2192 write_file \u2026z");
  }

  @Test
  void showsTheStartOfALongInputAndCountsTheRest() {
    var input = new PartialJson();
    grow(input, "toolu_1", "{\"text\":\"");
    for (int i = 0; i < 100; i++) {
      grow(input, "toolu_1", "0123456789".repeat(10));
    }
    grow(input, "toolu_1", "\"}");
    assertThat(shown()).contains("text=0123456789").endsWith(".... (10,000 characters)");
    assertThat(shown().length()).isLessThan(330);
  }

  @Test
  void keepsCallsTextAndThinkingOnLinesOfTheirOwn() {
    screen.on(new AgentEvent.TurnStarted(1));
    screen.on(new AgentEvent.ThinkingDelta("let me\nsee"));
    screen.on(new AgentEvent.TextDelta("Look:"));
    grow(new PartialJson(), "toolu_1", "{}");
    screen.on(new AgentEvent.ToolProgress(use, "half\u001b"));
    screen.on(
        new AgentEvent.ToolFinished(
            use, ToolResult.of("toolu_1", "one\ntwo\nthree"), Duration.ofMillis(12)));
    screen.on(
        new AgentEvent.ToolFinished(
            use, ToolResult.error("toolu_1", "no\u0007"), Duration.ofMillis(3)));
    screen.on(new AgentEvent.TextDelta("Done"));
    screen.end();
    assertThat(shown())
        .isEqualTo(
            """
            ~ let me
            ~ see
            Look:
            \u2192 write_file
              \u2026 write_file a.txt: half\\u001b
              \u2713 write_file a.txt (12 ms): one (+2 lines)
              \u2717 write_file a.txt (3 ms): no\\u0007
            Done
            """);
  }

  @Test
  void saysThatWhatWasShownOfABrokenTurnIsVoid() {
    screen.on(new AgentEvent.TurnStarted(1));
    screen.on(new AgentEvent.TextDelta("Hel"));
    screen.on(
        new AgentEvent.TurnRetried(1, 2, Duration.ofMillis(500), new IllegalStateException("cut")));
    screen.on(new AgentEvent.TextDelta("Hello"));
    assertThat(shown())
        .startsWith("Hel\n! asked again in 0.5 s (attempt 2): ")
        .contains("cut; what was shown of this turn is void\nHello");
  }

  @Test
  void keepsEmojiWholeThatComeInTwoHalves() {
    screen.on(new AgentEvent.TextDelta("a\ud83d"));
    screen.on(new AgentEvent.TextDelta("\ude00b \ud83d\udc69\u200d\ud83d\ude80"));
    assertThat(shown()).isEqualTo("a\ud83d\ude00b \ud83d\udc69\u200d\ud83d\ude80");
  }
}
