package dev.millrace.agent.stream;

import static dev.millrace.agent.stream.Accumulated.START;
import static dev.millrace.agent.stream.Accumulated.STOP;
import static dev.millrace.agent.stream.Accumulated.nothing;
import static dev.millrace.agent.stream.Accumulated.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Usage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How events become a message: its order, its envelope and its text. */
class MessageAccumulatorTest {
  private static final String TEXT = "{'type':'text','text':''}";
  private static final String THINKING = "{'type':'thinking','thinking':'','signature':''}";

  @Test
  void isAMessageOnceItStopped() {
    var message = started().block(0, TEXT).text(0, "Grü").text(0, "ezi").stop(0).end("end_turn");
    assertThat(message.message().isComplete()).isFalse();
    assertThatThrownBy(() -> message.message().response())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("message_stop was not seen");
    var response = message.response();
    assertThat(message.message().isComplete()).isTrue();
    assertThat(response.id()).isEqualTo("msg_1");
    assertThat(response.model()).isEqualTo("claude");
    assertThat(response.content()).containsExactly(new Text("Grüezi"));
    assertThat(response.stopReason()).isEqualTo(StopReason.END_TURN);
    assertThat(response.stopSequence()).isEmpty();
    assertThat(response.envelope().members().keySet())
        .containsExactly("id", "type", "role", "model", "stop_reason", "stop_sequence", "usage");
  }

  @Test
  void doesNotLookAtWhatFollowsItsEnd() {
    var message = started().block(0, TEXT).text(0, "a").stop(0).end("end_turn").add(STOP);
    message.text(0, "b").add(START.replace("msg_1", "msg_2")).end("tool_use").text(7, "c");
    assertThat(message.response().text()).isEqualTo("a");
    assertThat(message.response().stopReason()).isEqualTo(StopReason.END_TURN);
  }

  @Test
  @Tag("A08")
  @Tag("B08")
  void takesPingsAndUnknownEventsAnywhere() {
    var message = nothing().add("{'type':'ping'}", START, "{'type':'future_event','index':0}");
    message.block(0, TEXT).add("{'type':'ping'}").text(0, "a").stop(0);
    assertThat(message.end("end_turn").response().text()).isEqualTo("a");
  }

  @Test
  @Tag("B01")
  void refusesASecondMessageInOneStream() {
    var spliced = started().block(0, TEXT);
    assertThatThrownBy(() -> spliced.add(START.replace("msg_1", "msg_2")))
        .isInstanceOf(StreamException.class)
        .hasMessage(
            "a second message_start, of message \"msg_2\", came while message \"msg_1\" was being"
                + " streamed");
    assertThatThrownBy(() -> started().add(START.replace("msg_1", "msg_2")))
        .isInstanceOf(StreamException.class);
    assertThatThrownBy(() -> spliced.add(START)).isInstanceOf(StreamException.class);
  }

  @Test
  @Tag("B01")
  void toleratesAStartThatCameTwiceWithNothingBetween() {
    assertThat(started().add(START).block(0, TEXT).text(0, "a").only()).isEqualTo(new Text("a"));
  }

  /** llama.cpp may leave it out. */
  @Test
  void toleratesAMissingStart() {
    var response = nothing().block(0, TEXT).text(0, "a").stop(0).end("end_turn").response();
    assertThat(response.text()).isEqualTo("a");
    assertThat(response.id()).isEmpty();
    assertThat(response.model()).isEmpty();
    assertThat(response.usage()).isEqualTo(Usage.NONE);
  }

  @Test
  void failsWithTheErrorThatTheStreamEndsWith() {
    assertThatThrownBy(() ->
            started().add("{'type':'error','error':{'type':'overloaded_error','message':'Busy'}}"))
        .isInstanceOf(StreamException.class)
        .hasMessage("the stream ended with an error event, overloaded_error: Busy");
  }

  @Test
  @Tag("B02")
  void refusesDeltasAndStopsOfBlocksThatWereNeverStarted() {
    assertThatThrownBy(() -> started().text(7, "a"))
        .isInstanceOf(StreamException.class)
        .hasMessage("a content_block_delta came for block 7, which was never started");
    assertThatThrownBy(() -> started().stop(7))
        .isInstanceOf(StreamException.class)
        .hasMessage("a content_block_stop came for block 7, which was never started");
  }

  @Test
  void refusesDeltasOfBlocksThatWereClosed() {
    assertThatThrownBy(() -> started().block(0, TEXT).stop(0).text(0, "a"))
        .isInstanceOf(StreamException.class)
        .hasMessage("a delta came for block 0, which was closed before");
  }

  /** llama.cpp starts a block again that is open, when it flushes at the end. */
  @Test
  @Tag("B03")
  void mergesABlockThatIsStartedAgain() {
    var message = started().block(0, TEXT).text(0, "a").block(0, TEXT).text(0, "b");
    assertThat(message.only()).isEqualTo(new Text("ab"));
  }

  @Test
  @Tag("B03")
  void refusesABlockThatIsStartedAgainAsAnother() {
    var message = started().block(0, TEXT);
    assertThatThrownBy(() -> message.block(0, THINKING))
        .isInstanceOf(StreamException.class)
        .hasMessage("block 0 was started twice, as text and as thinking");
    var call = started().block(0, "{'type':'tool_use','id':'a','name':'n','input':{}}");
    assertThatThrownBy(() -> call.block(0, "{'type':'tool_use','id':'b','name':'n','input':{}}"))
        .isInstanceOf(StreamException.class);
    assertThatThrownBy(() -> message.stop(0).block(0, TEXT))
        .hasMessage("block 0 was started twice, as text and as text after it was closed");
  }

  @Test
  @Tag("B03")
  void ordersBlocksByTheirIndexAndToleratesGaps() {
    var message = started().block(5, TEXT).text(5, "b").block(2, TEXT).text(2, "a");
    assertThat(message.stop(5).stop(2).end("end_turn").response().content())
        .containsExactly(new Text("a"), new Text("b"));
  }

  /** llama.cpp closes all its blocks together at the end, and their deltas take turns. */
  @Test
  void keepsSeveralOpenBlocksApart() {
    var message =
        started()
            .block(0, "{'type':'thinking','thinking':''}")
            .block(1, TEXT)
            .block(2, "{'type':'tool_use','id':'a','name':'n'}")
            .block(3, "{'type':'tool_use','id':'b','name':'n'}")
            .delta(0, "{'type':'thinking_delta','thinking':'h'}")
            .input(3, "{\"y\":")
            .text(1, "t")
            .input(2, "{\"x\":1")
            .delta(0, "{'type':'thinking_delta','thinking':'m'}")
            .input(2, ".0}")
            .input(3, "2}")
            .delta(0, "{'type':'signature_delta','signature':''}")
            .stop(0)
            .stop(1)
            .stop(2)
            .stop(3);
    assertThat(message.end("tool_use").response().content())
        .containsExactly(
            new Thinking("hm", "", RawJson.EMPTY_OBJECT),
            new Text("t"),
            new ToolUse("a", "n", RawJson.parse("{\"x\":1.0}")),
            new ToolUse("b", "n", RawJson.parse("{\"y\":2}")));
  }

  @Test
  void tellsWhatIsGrowing() {
    var message = started().block(0, "{'type':'tool_use','id':'a','name':'n','input':{}}");
    message.block(1, TEXT).input(0, "{\"x\":\"ab");
    assertThat(message.message().started(0).orElseThrow().type()).isEqualTo("tool_use");
    assertThat(message.message().started(9)).isEmpty();
    assertThat(message.message().input(0))
        .extracting(input -> input.snapshot().toString())
        .isEqualTo("{\"x\":\"ab\"}");
    assertThat(message.message().input(1)).isNull();
    assertThat(message.message().input(9)).isNull();
  }

  @Test
  @Tag("C07")
  void joinsSurrogatePairsThatWereCutBetweenDeltas() {
    var message = started().block(0, TEXT).text(0, "a\ud83d").text(0, "\ude42").text(0, "\ud83d");
    assertThat(message.only()).isEqualTo(new Text("a🙂\uFFFD"));
  }

  @Test
  void keepsTheLastSignatureOfThinkingAndWhatElseItHolds() {
    var message = started().block(0, THINKING.replace("}", ",'new':1.0}"));
    message.delta(0, "{'type':'thinking_delta','thinking':'hm','estimated_tokens':3}");
    message.delta(0, "{'type':'signature_delta','signature':'one'}");
    message.delta(0, "{'type':'signature_delta','signature':'two'}");
    assertThat(message.only()).isEqualTo(new Thinking("hm", "two", RawJson.parse("{\"new\":1.0}")));
  }

  @Test
  void keepsHiddenThinkingAndRedactedThinking() {
    var message = started().block(0, THINKING);
    message.delta(0, "{'type':'signature_delta','signature':'s'}").stop(0);
    message.block(1, "{'type':'redacted_thinking','data':'d'}").stop(1);
    assertThat(message.response().content())
        .containsExactly(
            new Thinking("", "s", RawJson.EMPTY_OBJECT),
            block("{'type':'redacted_thinking','data':'d'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{'type':'text','text':''}~{'text':'a','citations':[{'n':1},{'n':2.0}]}",
        "{'type':'text','text':'','citations':null}~{'text':'a','citations':[{'n':1},{'n':2.0}]}",
        "{'type':'text','text':'','citations':[{'n':0}]}~{'text':'a','citations':[{'n':0},{'n':1},{'n':2.0}]}"
      })
  void gathersCitations(String start, String expected) {
    var message = started().block(0, start).text(0, "a");
    message.delta(0, "{'type':'citations_delta','citation':{'n':1}}");
    message.delta(0, "{'type':'citations_delta','citation':{'n':2.0}}");
    assertThat(message.only()).isEqualTo(block("{'type':'text'," + expected.substring(1)));
  }

  @Test
  void keepsCitationsThatAreNullWhenNoneCame() {
    assertThat(started().block(0, "{'type':'text','text':'a','citations':null}").only())
        .isEqualTo(new Text("a", RawJson.parse("{\"citations\":null}")));
  }

  /** Every kind of delta on every kind of block that it does not fit. */
  @ParameterizedTest
  @CsvSource({
    "text,input_json_delta",
    "text,thinking_delta",
    "text,signature_delta",
    "thinking,text_delta",
    "thinking,input_json_delta",
    "thinking,citations_delta",
    "tool_use,text_delta",
    "tool_use,thinking_delta",
    "tool_use,signature_delta",
    "tool_use,citations_delta",
    "server_tool_use,text_delta",
    "server_tool_use,thinking_delta",
    "server_tool_use,signature_delta",
    "server_tool_use,citations_delta",
    "redacted_thinking,text_delta",
    "redacted_thinking,thinking_delta",
    "redacted_thinking,signature_delta",
    "redacted_thinking,input_json_delta",
    "redacted_thinking,citations_delta",
    "web_search_tool_result,text_delta",
    "web_search_tool_result,input_json_delta",
    "image,text_delta"
  })
  @Tag("B04")
  void refusesDeltasThatDoNotFitTheirBlock(String block, String delta) {
    var message = started().block(0, block(block).json().text());
    assertThatThrownBy(() -> message.delta(0, deltaOf(delta)))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("came for block 0, which is of type " + block);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text", "thinking", "tool_use", "server_tool_use", "redacted_thinking", "image"})
  @Tag("B08")
  void toleratesDeltasOfUnknownKinds(String type) {
    var message = started().block(0, block(type).json().text());
    message.delta(0, "{'type':'future_delta','new':1.0}");
    assertThat(message.stop(0).only().type()).isEqualTo(type);
  }

  @Test
  @Tag("B08")
  void carriesBlocksOfUnknownTypes() {
    var future = "{'type':'future_block','x':[1.0,-0],'text':'a'}";
    assertThat(started().block(0, future).only()).isEqualTo(block(future));
    var grown =
        started()
            .block(0, "{'type':'connector_text','text':'a','citations':null,'signature':''}")
            .text(0, "b")
            .text(0, "c")
            .delta(0, "{'type':'citations_delta','citation':{'n':1}}")
            .delta(0, "{'type':'signature_delta','signature':'s'}");
    assertThat(grown.only())
        .isEqualTo(
            block("{'type':'connector_text','text':'abc','citations':[{'n':1}],'signature':'s'}"));
  }

  @Test
  void setsWhatACompactionDeltaHolds() {
    var message =
        started().block(0, "{'type':'compaction','content':null,'encrypted_content':null}");
    message.delta(0, "{'type':'compaction_delta','content':'so far','encrypted_content':'x'}");
    assertThat(message.only())
        .isEqualTo(block("{'type':'compaction','content':'so far','encrypted_content':'x'}"));
  }

  @Test
  void isOfTheModelThatTookOver() {
    var message =
        started()
            .block(
                0,
                "{'type':'fallback','from':{'model':'claude'},'to':{'model':'other'},'trigger':{}}")
            .stop(0);
    assertThat(message.end("end_turn").response().model()).isEqualTo("other");
    var without = started().block(0, "{'type':'fallback'}").stop(0);
    assertThat(without.end("end_turn").response().model()).isEqualTo("claude");
  }

  @Test
  @Tag("B07")
  void overwritesItsEnvelopeByEachMessageDelta() {
    var message =
        started()
            .add(
                "{'type':'message_delta','delta':{'stop_reason':'stop_sequence','stop_sequence':'X',"
                    + "'container':{'id':'c1'}},'context_management':{'applied_edits':[]}}",
                "{'type':'message_delta','delta':{'stop_sequence':null,'container':null,"
                    + "'stop_details':{'n':1.0}},'input_transformations':[]}");
    var response = message.response();
    assertThat(response.stopReason()).isEqualTo(StopReason.STOP_SEQUENCE);
    assertThat(response.stopSequence()).isEmpty();
    assertThat(response.containerId()).contains("c1");
    var envelope = response.envelope().members();
    assertThat(envelope).containsEntry("stop_details", RawJson.parse("{\"n\":1.0}"));
    assertThat(envelope).containsKeys("context_management", "input_transformations");
    assertThat(envelope).doesNotContainKey("content");
  }

  @Test
  @Tag("B07")
  void tellsWhenNoReasonCame() {
    assertThat(started().response().stopReason()).isEqualTo(StopReason.NONE);
    assertThat(
            started()
                .end("tool_use")
                .add("{'type':'message_delta','delta':{'stop_reason':null}}")
                .response()
                .stopReason())
        .isEqualTo(StopReason.NONE);
    assertThat(started().end("brand_new").response().stopReason())
        .isEqualTo(new StopReason("brand_new"));
  }

  @Test
  @Tag("B07")
  void replacesTotalsAndNeverAddsThem() {
    var message = started();
    assertThat(message.message().usage()).isEqualTo(new Usage(10, 1, 0, 0, 0, 0, true));
    message.add(
        "{'type':'message_delta','delta':{},'usage':{'input_tokens':9120,'output_tokens':7,"
            + "'cache_read_input_tokens':5,'server_tool_use':{'web_search_requests':1}}}");
    assertThat(message.message().usage()).isEqualTo(new Usage(9120, 7, 0, 0, 5, 1, true));
    message.add(
        "{'type':'message_delta','delta':{},'usage':{'input_tokens':null,'output_tokens':9}}");
    assertThat(message.message().usage()).isEqualTo(new Usage(9120, 9, 0, 0, 5, 1, true));
    assertThat(message.response().usage()).isEqualTo(new Usage(9120, 9, 0, 0, 5, 1, true));
  }

  @Test
  @Tag("B15")
  void toleratesAUsageThatIsNoObject() {
    var message = nothing().add(START.replace("{'input_tokens':10,'output_tokens':1}", "null"));
    assertThat(message.message().usage()).isEqualTo(Usage.NONE);
    message.add("{'type':'message_delta','delta':{},'usage':{'output_tokens':9}}");
    assertThat(message.message().usage().outputTokens()).isEqualTo(9);
  }

  @Test
  void hasACapOfBlocks() {
    var message = Accumulated.within(2, 1_000).add(START).block(0, TEXT).block(1, TEXT);
    assertThatThrownBy(() -> message.block(2, TEXT))
        .isInstanceOf(StreamLimitException.class)
        .hasMessageStartingWith("a message is longer than 2 blocks;");
  }

  @Test
  void hasACapOfCharacters() {
    var message = Accumulated.within(10, 100).add(START).block(0, TEXT);
    message.text(0, "x".repeat(70));
    assertThatThrownBy(() -> message.text(0, "x".repeat(10)))
        .isInstanceOf(StreamLimitException.class)
        .hasMessageStartingWith("a message is longer than 100 characters;");
    var whole = Accumulated.within(10, 100).add(START);
    var redacted = "{'type':'redacted_thinking','data':'" + "x".repeat(100) + "'}";
    assertThatThrownBy(() -> whole.block(0, redacted)).isInstanceOf(StreamLimitException.class);
    assertThatThrownBy(() -> Accumulated.within(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Accumulated.within(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static String deltaOf(String type) {
    return switch (type) {
      case "text_delta" -> "{'type':'text_delta','text':'a'}";
      case "thinking_delta" -> "{'type':'thinking_delta','thinking':'a'}";
      case "signature_delta" -> "{'type':'signature_delta','signature':'a'}";
      case "input_json_delta" -> "{'type':'input_json_delta','partial_json':'1'}";
      default -> "{'type':'citations_delta','citation':{}}";
    };
  }

  private static ContentBlock block(String typeOrJson) {
    var json =
        switch (typeOrJson) {
          case "text" -> TEXT;
          case "thinking" -> THINKING;
          case "tool_use" -> "{'type':'tool_use','id':'a','name':'n','input':{}}";
          case "server_tool_use" -> "{'type':'server_tool_use','id':'a','name':'n','input':{}}";
          case "redacted_thinking" -> "{'type':'redacted_thinking','data':'d'}";
          case "image" -> "{'type':'image','source':{'type':'url','url':'u'}}";
          case "web_search_tool_result" ->
              "{'type':'web_search_tool_result','tool_use_id':'a','content':[]}";
          default -> typeOrJson;
        };
    return ContentBlock.of(RawJson.parse(json.replace('\'', '"')));
  }
}
