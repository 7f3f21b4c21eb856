package dev.millrace.agent.stream;

import static dev.millrace.agent.stream.Accumulated.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls of a streamed message may be run, and with what input. */
class CallsInAMessageTest {
  private static final String CALL = "{'type':'tool_use','id':'a','name':'n','input':{}}";

  @Test
  @Tag("C12")
  void hasTheInputThatCameInPiecesDigitForDigit() {
    var use = call(CALL, "", "{\"b\":1.", "0,\"a\"", ":[-0,12345678901234567890]}");
    assertThat(use.problem()).isNull();
    assertThat(use.input().text()).isEqualTo("{\"b\":1.0,\"a\":[-0,12345678901234567890]}");
  }

  /** No argument at all may arrive as no delta, as an empty one, or as an empty object. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'tool_use','id':'a','name':'n','input':{}}",
        "{'type':'tool_use','id':'a','name':'n'}",
        "{'type':'tool_use','id':'a','name':'n','input':null}"
      })
  @Tag("B09")
  void hasNoInputWhenNoneWasWritten(String start) {
    for (var pieces : new String[][] {{}, {""}, {" \n"}, {"", "{}"}}) {
      var use = call(start, pieces);
      assertThat(use.problem()).isNull();
      assertThat(use.input()).isEqualTo(RawJson.EMPTY_OBJECT);
    }
  }

  @Test
  @Tag("B10")
  void mayHaveItsInputInItsStart() {
    var start = CALL.replace("{}", "{'x':1.0}");
    assertThat(call(start)).isEqualTo(new ToolUse("a", "n", RawJson.parse("{\"x\":1.0}")));
    assertThat(call(start, "").problem()).isNull();
    assertThat(call(start, "{\"x\":2}").problem())
        .isEqualTo("Not run: its input came twice, at the start and in pieces.");
  }

  @Test
  @Tag("B10")
  void holdsTheInputInItsStartToTheSameCaps() {
    var deep = CALL.replace("{}", "{'x':" + "[".repeat(100) + "]".repeat(100) + "}");
    assertThat(call(deep).problem()).startsWith("Not run: the input is no valid JSON object");
  }

  @Test
  void keepsWhatElseStandsInTheCall() {
    var start = CALL.replace("'input':{}", "'input':{},'caller':{'type':'direct'},'new':1.0");
    assertThat(call(start, "{\"x\":1}").other().text())
        .isEqualTo("{\"caller\":{\"type\":\"direct\"},\"new\":1.0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"x\":\"ab~the text ends before the object is closed",
        "{\"x\":1~the text ends before the object is closed",
        "{~the text ends before the object is closed",
        "{\"names\": cronjob}~at character",
        "{\"a\":1}{\"b\":2}~at character",
        "{\"a\":1} x~at character",
        "{\"p\":\"/safe\",\"p\":\"/etc\"}~at character",
        "[]~at character",
        "[{\"a\":1}]~at character",
        "\"x\"~at character",
        "null~at character",
        "42~at character"
      })
  @Tag("B05")
  @Tag("C02")
  @Tag("C09")
  void isRefusedUnlessItsInputIsExactlyOneObject(String input, String why) {
    var use = call(CALL, input);
    assertThat(use.problem())
        .startsWith("Not run: the input is no valid JSON object: ")
        .contains(why)
        .endsWith("Make the call again.");
    assertThat(use.input()).isEqualTo(RawJson.EMPTY_OBJECT);
  }

  @Test
  @Tag("C07")
  void isRefusedButKeptWhenItsInputHoldsHalfASurrogatePair() {
    var use = call(CALL, "{\"x\":\"\\ud83d\"}");
    assertThat(use.problem()).contains("surrogate");
    assertThat(use.input()).isEqualTo(RawJson.parse("{\"x\":\"\uFFFD\"}"));
    assertThat(call(CALL, "{\"x\":\"\\ud83d", "\\ude42\"}").problem()).isNull();
    assertThat(call(CALL, "{\"x\":\"\ud83d", "\ude42\"}").problem()).isNull();
  }

  @Test
  @Tag("C04")
  void isRefusedWhenItsInputIsNestedTooDeep() {
    assertThat(call(CALL, "{\"x\":" + "[".repeat(200_000)).problem()).startsWith("Not run: ");
  }

  @Test
  @Tag("B06")
  void isRefusedWhenItsBlockWasNotClosed() {
    for (var piece : new String[] {"", "{}", "{\"x\":1}"}) {
      var use = (ToolUse) started().block(0, CALL).input(0, piece).end("tool_use").only();
      assertThat(use.problem())
          .isEqualTo("Not run: the call broke off before its block was closed. Call it again.");
    }
    var atStart = started().block(0, CALL.replace("{}", "{'x':1}")).end("tool_use");
    assertThat(((ToolUse) atStart.only()).problem()).isNotNull();
  }

  /** Of two calls the one that was closed may run. */
  @Test
  @Tag("B06")
  void isJudgedByItsOwnBlock() {
    var response =
        started()
            .block(0, CALL)
            .input(0, "{}")
            .stop(0)
            .block(1, CALL.replace("'a'", "'b'"))
            .input(1, "{}")
            .end("tool_use")
            .response();
    assertThat(response.toolUses())
        .extracting(use -> use.problem() == null)
        .containsExactly(true, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'tool_use','id':'a','name':'n','input':[1]}",
        "{'type':'tool_use','id':'a','name':'n','input':'{}'}",
        "{'type':'tool_use','name':'n','input':{}}",
        "{'type':'tool_use','id':7,'name':'n','input':{}}"
      })
  void isNoCallWhenItsStartIsMalformed(String start) {
    var response = started().block(0, start).input(0, "{\"x\":1}").stop(0).response();
    assertThat(response.toolUses()).isEmpty();
    assertThat(response.content().get(0)).isInstanceOf(Other.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{'input':{}}~{\"q\":1.0}~{\"q\":1.0}",
        "{}~{\"q\":1.0}~{\"q\":1.0}",
        "{'input':{'q':1}}~``~{\"q\":1}",
        "{'input':{'q':1}}~{\"q\":~{\"q\":1}",
        "{}~{\"q\":~{}",
        "{}~``~{}"
      })
  void isCarriedWhenAServersToolIsCalled(String start, String input, String expected) {
    for (var type : new String[] {"server_tool_use", "mcp_tool_use", "future_tool_use"}) {
      var head = "{'type':'" + type + "','id':'s','name':'n'";
      var message = started().block(0, head + (start.length() > 2 ? "," : "") + start.substring(1));
      var block = (Other) message.input(0, input).stop(0).only();
      assertThat(block.type()).isEqualTo(type);
      assertThat(block.json().member("input").text()).isEqualTo(expected);
    }
  }

  private static ToolUse call(String start, String... pieces) {
    var message = started().block(0, start);
    for (var piece : pieces) {
      message.input(0, piece);
    }
    return (ToolUse) message.stop(0).end("tool_use").only();
  }
}
