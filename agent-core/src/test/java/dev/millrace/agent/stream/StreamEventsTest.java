package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.StreamEvent.CitationsDelta;
import dev.millrace.agent.stream.StreamEvent.ContentBlockStart;
import dev.millrace.agent.stream.StreamEvent.ContentBlockStop;
import dev.millrace.agent.stream.StreamEvent.InputJsonDelta;
import dev.millrace.agent.stream.StreamEvent.MessageDelta;
import dev.millrace.agent.stream.StreamEvent.MessageStart;
import dev.millrace.agent.stream.StreamEvent.MessageStop;
import dev.millrace.agent.stream.StreamEvent.Ping;
import dev.millrace.agent.stream.StreamEvent.SignatureDelta;
import dev.millrace.agent.stream.StreamEvent.TextDelta;
import dev.millrace.agent.stream.StreamEvent.ThinkingDelta;
import dev.millrace.agent.stream.StreamEvent.Unknown;
import dev.millrace.agent.stream.StreamEvent.UnknownDelta;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamEventsTest {

  @Test
  void readsEachKindOfEvent() {
    assertThat(read("{'type':'ping'}")).isEqualTo(new Ping());
    assertThat(read("{'type': 'ping'}")).isEqualTo(new Ping());
    assertThat(read("{'type':'message_stop'   }")).isEqualTo(new MessageStop());
    assertThat(read("{'type':'content_block_stop','index':7 }")).isEqualTo(new ContentBlockStop(7));
    assertThat(read(delta(0, "{'type':'text_delta','text':'Hi'}")))
        .isEqualTo(new TextDelta(0, "Hi"));
    assertThat(read(delta(12, "{'type':'thinking_delta','thinking':'Hm'}")))
        .isEqualTo(new ThinkingDelta(12, "Hm"));
    assertThat(read(delta(1, "{'type':'input_json_delta','partial_json':'{\\\"a\\\": '}")))
        .isEqualTo(new InputJsonDelta(1, "{\"a\": "));
    assertThat(read(delta(0, "{'type':'signature_delta','signature':'Eq=='}")))
        .isEqualTo(new SignatureDelta(0, "Eq=="));
  }

  @Test
  void readsTheStartOfABlock() {
    assertThat(start("{'type':'text','text':''}"))
        .isEqualTo(new ContentBlockStart(0, new ContentBlock.Text("")));
    assertThat(start("{'type':'thinking','thinking':'','signature':''}"))
        .isEqualTo(
            new ContentBlockStart(0, new ContentBlock.Thinking("", "", json("{'signature':''}"))));
    assertThat(start("{'type':'tool_use','id':'t1','name':'add','input':{}}"))
        .isEqualTo(
            new ContentBlockStart(0, new ContentBlock.ToolUse("t1", "add", RawJson.EMPTY_OBJECT)));
    assertThat(start("{'type':'future_block','x':1.50}"))
        .isEqualTo(
            new ContentBlockStart(
                0,
                new ContentBlock.Other("future_block", json("{'type':'future_block','x':1.50}"))));
  }

  @Test
  void readsTheFrameOfAMessage() {
    String message =
        "{'id':'msg_1','type':'message','role':'assistant','model':'m','content':[],"
            + "'usage':{'input_tokens':25,'output_tokens':1},'x':{'deep':[1.0]}}";
    MessageStart start = (MessageStart) read("{'type':'message_start','message':" + message + "}");
    assertThat(start.id()).isEqualTo("msg_1");
    assertThat(start.model()).isEqualTo("m");
    assertThat(start.usage().inputTokens()).isEqualTo(25);
    assertThat(start.message()).isEqualTo(json(message));

    String end =
        "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'o':7},'z':1}";
    assertThat(read(end))
        .isEqualTo(
            new MessageDelta(json("{'stop_reason':'end_turn'}"), json("{'o':7}"), json(end)));
    String bare = "{'type':'message_delta'}";
    assertThat(read(bare))
        .isEqualTo(new MessageDelta(RawJson.EMPTY_OBJECT, RawJson.EMPTY_OBJECT, json(bare)));
  }

  @Test
  @Tag("B08")
  void keepsWhatItDoesNotKnow() {
    String event = "{'type':'future_event','x':1.0}";
    assertThat(read("future_event", event)).isEqualTo(new Unknown("future_event", json(event)));
    String costly = "{'type':'future_event','x':1e99999999999}";
    assertThat(read("future_event", costly)).isEqualTo(new Unknown("future_event", json(costly)));
    String delta = "{'type':'future_delta','x':1.0}";
    assertThat(read(delta(3, delta))).isEqualTo(new UnknownDelta(3, "future_delta", json(delta)));
    assertThat(read(delta(0, "{'type':'citations_delta','citation':{'type':'c','n':1.0}}")))
        .isEqualTo(new CitationsDelta(0, json("{'type':'c','n':1.0}")));
  }

  @Test
  void readsDeltasInAnyFormOfJson() {
    StreamEvent expected = new TextDelta(0, "a\"b");
    for (String form :
        new String[] {
          delta(0, "{'type':'text_delta','text':'a\\\"b'}"),
          "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'a\\\"b'} \n\t }  ",
          "{ 'type' : 'content_block_delta', 'index': 0, 'delta': {'type': 'text_delta', 'text': 'a\\\"b'}}",
          delta(0, "{'text':'a\\\"b','type':'text_delta'}"),
          delta(0, "{'type':'text_delta','text':'a\\\"b','more':{'x':[1]}}"),
          "{'index':0,'delta':{'type':'text_delta','text':'a\\\"b'},'type':'content_block_delta'}",
          "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'a\\\"b'},'x':1}",
          "{'\\u0074ype':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'a\\u0022b'}}",
        }) {
      assertThat(read(form)).as(form).isEqualTo(expected);
    }
  }

  @Test
  void unescapesTextAndKeepsHalfPairsForTheNextDelta() {
    assertText("\\\\ \\\" \\/ \\b \\f \\n \\r \\t", "\\ \" / \b \f \n \r \t");
    assertText("\\u0041\\u00e9\\u20AC\\ud83d\\ude42", "Aé€🙂");
    assertText("grüezi \\n 🙂", "grüezi \n 🙂");
    assertText("x\\ud83d", "x\ud83d");
    assertText("\\ude42x", "\ude42x");
    assertText("\\ud83d\\u0041", "\ud83dA");
    assertText("\\ufffd", "\uFFFD");
    assertText("\\u0000\\u007f\\u07ff\\uffff", "\0\u007f\u07ff\uffff");
  }

  private static void assertText(String escaped, String text) {
    assertThat(read(delta(0, "{'type':'text_delta','text':'" + escaped + "'}")))
        .isEqualTo(new TextDelta(0, text));
  }

  @Test
  void readsBytesThatAreNoUtf8AsReplacementCharacters() {
    byte[] bytes = quoted(delta(0, "{'type':'text_delta','text':'a\u00ffb'}")).getBytes(ISO_8859_1);
    assertThat(new StreamEvents().read("content_block_delta", bytes, 0, bytes.length))
        .isEqualTo(new TextDelta(0, "a\uFFFDb"));
  }

  @Test
  @Tag("A04")
  void makesAnInputWithBytesThatAreNoUtf8BeRefused() {
    byte[] bytes =
        quoted(delta(0, "{'type':'input_json_delta','partial_json':'{\\\"a\\\":\\\"\u00ff\\\"}'}"))
            .getBytes(ISO_8859_1);
    var delta =
        (InputJsonDelta) new StreamEvents().read("content_block_delta", bytes, 0, bytes.length);
    PartialJson input = new PartialJson();
    input.append(delta.partialJson());
    assertThat(input.complete())
        .isInstanceOfSatisfying(
            StrictJson.Refused.class,
            refused -> assertThat(refused.fault().kind()).isEqualTo(JsonFault.Kind.LONE_SURROGATE));
  }

  @Test
  @Tag("A06")
  void takesTheKindFromTheDataWhenTheEventHasNoName() throws IOException {
    SseParser parser =
        new SseParser(
            new ByteArrayInputStream(
                "data: {\"type\":\"message_stop\"}\n\ndata: {\"type\": \"new\"}\n\n"
                    .getBytes(UTF_8)));
    StreamEvents events = new StreamEvents();
    assertThat(parser.next()).isTrue();
    assertThat(events.read(parser)).isEqualTo(new MessageStop());
    assertThat(parser.next()).isTrue();
    assertThat(events.read(parser)).isEqualTo(new Unknown("new", json("{'type':'new'}")));
  }

  @ParameterizedTest
  @CsvSource({
    "content_block_stop, message_stop",
    "message_stop, future_event",
    "future_event, ping",
    "ping, error",
    "error, message_stop"
  })
  @Tag("A07")
  void refusesDataThatContradictTheNameOfTheEvent(String name, String type) {
    assertThatExceptionOfType(StreamException.class)
        .isThrownBy(() -> read(name, "{'type':'" + type + "'}"))
        .withMessageContaining("\"" + name + "\"")
        .withMessageContaining("\"" + type + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>",
        "",
        "{'type':'ping'",
        "{'type':'ping'}}",
        "{'type':'ping'} {}",
        "{'type':'ping','type':'ping'}",
        "[]",
        "'x'",
        "null",
        "{}",
        "{'type':1}",
        "{'type':'content_block_stop'}",
        "{'type':'content_block_stop','index':-1}",
        "{'type':'content_block_stop','index':1.0}",
        "{'type':'content_block_stop','index':01}",
        "{'type':'content_block_stop','index':99999999999}",
        "{'type':'content_block_delta','index':0}",
        "{'type':'content_block_delta','index':0,'delta':{}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':1}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'\n'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'\\x'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'x'}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'\\u00'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'citations_delta'}}",
        "{'type':'content_block_start','index':0}",
        "{'type':'content_block_start','index':0,'content_block':{}}",
        "{'type':'message_start'}",
      })
  void refusesWhatIsNoEventAndShowsIt(String data) {
    assertThatExceptionOfType(StreamException.class)
        .isThrownBy(() -> read("message", data))
        .withMessageContaining("expected")
        .withMessageContaining(quoted(data).replace('\n', ' '));
  }

  @Test
  void showsOnlyTheStartOfLongData() {
    assertThatExceptionOfType(StreamException.class)
        .isThrownBy(() -> read("message", "x".repeat(100_000)))
        .satisfies(e -> assertThat(e.toString().length()).isLessThan(1_000));
  }

  @Test
  void refusesDataThatAreNestedTooDeep() {
    assertThatExceptionOfType(StreamException.class)
        .isThrownBy(() -> read("message", "{'type':'new','x':" + "[".repeat(100_000)));
  }

  @Test
  @Tag("B14")
  void readsErrorsInTheFormsOfDifferentServers() {
    String api =
        "{'type':'error','error':{'details':null,'type':'overloaded_error','message':'Overloaded'}}";
    assertThat(read("error", api))
        .isEqualTo(new StreamEvent.Error("overloaded_error", "Overloaded", json(api)));
    assertThat(read(api))
        .isEqualTo(new StreamEvent.Error("overloaded_error", "Overloaded", json(api)));
    String bare = "{'code':503,'message':'Loading','type':'unavailable_error'}";
    assertThat(read("error", bare))
        .isEqualTo(new StreamEvent.Error("unavailable_error", "Loading", json(bare)));
    String untyped = "{'error':{'code':500,'message':'broken'}}";
    assertThat(read(untyped)).isEqualTo(new StreamEvent.Error("unknown", "broken", json(untyped)));
    assertThat(read("error", "upstream died"))
        .isEqualTo(
            new StreamEvent.Error("unknown", "upstream died", RawJson.ofString("upstream died")));
    StreamEvent.Error large = (StreamEvent.Error) read("error", "x".repeat(100_000));
    assertThat(large.message().length()).isLessThan(1_100);
  }

  private static StreamEvent start(String block) {
    return read("{'type':'content_block_start','index':0,'content_block':" + block + "}");
  }

  private static String delta(int index, String delta) {
    return "{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}";
  }

  private static RawJson json(String text) {
    return RawJson.parse(quoted(text));
  }

  private static StreamEvent read(String data) {
    return read("message", data);
  }

  private static StreamEvent read(String name, String data) {
    byte[] bytes = ("__" + quoted(data) + "__").getBytes(UTF_8);
    return new StreamEvents().read(name, bytes, 2, bytes.length - 2);
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }
}
