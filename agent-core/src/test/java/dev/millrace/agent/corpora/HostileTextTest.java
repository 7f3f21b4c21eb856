package dev.millrace.agent.corpora;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.laws.Judge;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.testkit.Reply;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.node.StringNode;

/**
 * Hostile text in every place where text can stand: a prompt, what the model says, a call's input,
 * a tool's result. It goes round unchanged, and the history stays one that the API accepts.
 */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class HostileTextTest {
  /** What stands in the place of a blank text, which the API would refuse. */
  private static final String NO_OUTPUT = "(no output)";

  private static final List<String> HALF_PAIRS =
      List.of("\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "\ud83dx\ude00", "\ud83d\ud83d\ude00");

  /**
   * The texts of the corpora that are Unicode; a line of the UTF-8 tests is {@code id:kind:bytes}.
   */
  private static List<String> texts() {
    var naughty =
        Recording.elements(Corpus.json(Corpus.path("naughty-strings", "blns.json")))
            .map(node -> node.asString());
    var valid = utf8Lines("valid").stream().map(bytes -> new String(bytes, UTF_8));
    var texts = Stream.concat(naughty, valid).toList();
    assertThat(texts).hasSizeGreaterThan(530);
    return texts;
  }

  private static List<byte[]> utf8Lines(String kind) {
    var lines = new ArrayList<byte[]>();
    var file = new String(Corpus.bytes(Corpus.path("utf8", "utf8tests.bin")), ISO_8859_1);
    for (String line : file.split("\n")) {
      var parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].equals(kind)) {
        lines.add(parts[2].getBytes(ISO_8859_1));
      }
    }
    return lines;
  }

  @Test
  void goesRoundUnchangedInEveryPlace() {
    try (var stage = new Stage();
        var judge = new Judge()) {
      for (String text : texts()) {
        var ran = new ArrayList<String>();
        var tool =
            new PermissiveTool(
                "echo",
                (input, context) -> {
                  ran.add(input.path("text").asString());
                  return ToolOutput.text(text);
                });
        var input = "{\"text\":" + StringNode.valueOf(text) + "}";
        stage.answering(
            Reply.says(text).calls("echo", input).fragmentSize(3), Reply.says(codeUnits(text)));
        var prompt = text.isBlank() ? "blank" : text;
        var result = stage.run(stage.runner(tool), prompt);
        stage.verify();
        assertThat(stage.lastRequest().lastUserText()).isEqualTo(prompt);
        assertThat(ran).containsExactly(text);
        var results = stage.lastRequest().toolResults();
        assertThat(results.getLast().text()).isEqualTo(text.isBlank() ? NO_OUTPUT : text);
        assertThat(result.text()).isEqualTo(text);
        judge.accepts(result.transcript());
      }
    }
  }

  private static String[] codeUnits(String text) {
    return text.chars().mapToObj(c -> String.valueOf((char) c)).toArray(String[]::new);
  }

  @Test
  @Tag("C07")
  void halfOfASurrogatePairIsReplacedOrItsCallRefused() {
    try (var stage = new Stage();
        var judge = new Judge()) {
      for (String text : HALF_PAIRS) {
        var ran = new ArrayList<String>();
        var tool = new PermissiveTool("echo", (input, context) -> returned(ran, text));
        stage.answering(
            Reply.says(text).calls("echo", "{}").calls("echo", "{\"text\":\"" + text + "\"}"),
            Reply.says(codeUnits(text)));
        var result = stage.run(stage.runner(tool), text);
        stage.verify();
        var valid = replaced(text);
        assertThat(ran).hasSize(1);
        assertThat(stage.lastRequest().lastUserText()).isEqualTo(valid);
        var results = World.lastResults(result.transcript());
        assertThat(results.getFirst().text()).isEqualTo(valid);
        assertThat(results.getLast().isError()).isTrue();
        assertThat(results.getLast().text()).startsWith("Not run").contains("surrogate");
        assertThat(result.text()).isEqualTo(valid);
        judge.accepts(result.transcript());
      }
    }
  }

  private static ToolOutput returned(List<String> ran, String text) {
    ran.add(text);
    return ToolOutput.text(text);
  }

  private static String replaced(String text) {
    var valid = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> valid.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 0xfffd : c));
    return valid.toString();
  }

  @Test
  @Tag("A04")
  void bytesThatAreNoUtf8BecomeReplacementCharactersInText() {
    try (var stage = new Stage();
        var judge = new Judge()) {
      for (byte[] bytes : utf8Lines("invalid")) {
        stage.answering(events("text_delta", "text", bytes, "end_turn"));
        var result = stage.run(stage.runner(), "Say it.");
        assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
        assertThat(result.text()).isEqualTo(new String(bytes, UTF_8)).contains("\ufffd");
        judge.accepts(result.transcript());
        stage.verify();
      }
    }
  }

  @Test
  @Tag("A04")
  void aCallWhoseInputIsNoUtf8NeverRuns() {
    try (var stage = new Stage();
        var judge = new Judge()) {
      for (byte[] bytes : utf8Lines("invalid")) {
        var ran = new ArrayList<String>();
        var tool = new PermissiveTool("echo", (input, context) -> returned(ran, "ran"));
        var input = new ByteArrayOutputStream();
        input.writeBytes("{\\\"text\\\":\\\"".getBytes(UTF_8));
        input.writeBytes(escaped(escaped(bytes)));
        input.writeBytes("\\\"}".getBytes(UTF_8));
        stage.answering(
            event("input_json_delta", "partial_json", input.toByteArray(), "tool_use"),
            Reply.says("Done."));
        var result = stage.run(stage.runner(tool), "Call it.");
        stage.verify();
        assertThat(ran).as(Arrays.toString(bytes)).isEmpty();
        assertThat(World.lastResults(result.transcript()))
            .singleElement()
            .satisfies(answer -> assertThat(answer.text()).startsWith("Not run"));
        judge.accepts(result.transcript());
      }
    }
  }

  private static Reply events(String delta, String member, byte[] text, String stopReason) {
    return event(delta, member, escaped(text), stopReason);
  }

  /** A stream with one block of one delta, whose text is given by its bytes. */
  private static Reply event(String delta, String member, byte[] text, String stopReason) {
    boolean isText = delta.equals("text_delta");
    var block =
        isText
            ? "{\"type\":\"text\",\"text\":\"\"}"
            : "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"echo\",\"input\":{}}";
    var stream = new ByteArrayOutputStream();
    stream.writeBytes(
        ascii(
            """
            data: {"type":"message_start","message":{"id":"msg_1","type":"message",\
            "role":"assistant","model":"m","content":[],"usage":{"output_tokens":1}}}

            data: {"type":"content_block_start","index":0,"content_block":%s}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"%s","%s":"\
            """
                .formatted(block, delta, member)));
    stream.writeBytes(text);
    stream.writeBytes(
        ascii(
            """
            "}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"message_delta","delta":{"stop_reason":"%s"},"usage":{"output_tokens":9}}

            data: {"type":"message_stop"}

            """
                .formatted(stopReason)));
    return Reply.bytes("text/event-stream", stream.toByteArray());
  }

  /** The bytes of a JSON string's content; what is no ASCII stays as it is. */
  private static byte[] escaped(byte[] bytes) {
    var json = new ByteArrayOutputStream();
    for (byte b : bytes) {
      if (b == '"' || b == '\\') {
        json.write('\\');
        json.write(b);
      } else if (b >= 0 && b < ' ') {
        json.writeBytes(ascii("\\u%04x".formatted((int) b)));
      } else {
        json.write(b);
      }
    }
    return json.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
