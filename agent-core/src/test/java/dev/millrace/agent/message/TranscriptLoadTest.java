package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stored histories, sound and broken. In the table below quotes are single, and types short. */
class TranscriptLoadTest {
  private static final String INTERRUPTED =
      "Interrupted: no result of this call was kept. Whether it had an effect is not known.";

  record Broken(String name, String stored, String sound, String... report) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Broken> brokenHistories() {
    return Stream.of(
        new Broken(
            "a result is missing",
            "U go|A !a !b|U =a",
            "U go|A !a !b|U =a ?b",
            "/2: a call without a result was answered as interrupted"),
        new Broken(
            "all results are missing before a user message",
            "U go|A !a|U more",
            "U go|A !a|U ?a more",
            "/2: a call without a result was answered as interrupted"),
        new Broken(
            "all results are missing before an assistant turn",
            "U go|A !a|A well",
            "U go|A !a|U ?a|A well",
            "/2: a call without a result was answered as interrupted"),
        new Broken(
            "a result has no call",
            "U go|A well|U =a more",
            "U go|A well|U more",
            "/2: a result was dropped, no call waits for it"),
        new Broken(
            "a message has nothing but results without calls",
            "U go|U =a|A well",
            "U go|A well",
            "/1: a result was dropped, no call waits for it"),
        new Broken(
            "a call has two results",
            "U go|A !a|U =a =a",
            "U go|A !a|U =a",
            "/2: a result was dropped, no call waits for it"),
        new Broken(
            "results are split over two messages",
            "U go|A !a !b|U =a|U =b more",
            "U go|A !a !b|U =a =b|U more",
            "/3: a result was moved to the message after its call"),
        new Broken(
            "results come after text",
            "U go|A !a|U wait =a",
            "U go|A !a|U =a wait",
            "/2: the results were put before all else"),
        new Broken(
            "results come in a later message than text",
            "U go|A !a|U wait|U =a",
            "U go|A !a|U =a wait",
            "/3: a result was moved to the message after its call"),
        new Broken(
            "a result comes after the next assistant turn",
            "U go|A !a|A well|U =a more",
            "U go|A !a|U =a|A well|U more",
            "/3: a result was moved to the message after its call"),
        new Broken(
            "an id stands twice in one message",
            "U go|A !a !a|U =a =a",
            "U go|A !a !a_2|U =a =a_2",
            "/1: the id of a call was replaced, it was used before or is no identifier"),
        new Broken(
            "an id stands twice in one message and has one result",
            "U go|A !a !a|U =a",
            "U go|A !a !a_2|U =a ?a_2",
            "/1: the id of a call was replaced, it was used before or is no identifier",
            "/2: a call without a result was answered as interrupted"),
        new Broken(
            "an id stands in two messages",
            "U go|A !a|U =a|A !a|U =a",
            "U go|A !a|U =a|A !a_2|U =a_2",
            "/3: the id of a call was replaced, it was used before or is no identifier"),
        new Broken(
            "an id stands in two messages and the first result is missing",
            "U go|A !a|A !a|U =a",
            "U go|A !a|U ?a|A !a_2|U =a_2",
            "/2: a call without a result was answered as interrupted",
            "/2: the id of a call was replaced, it was used before or is no identifier"),
        new Broken(
            "an id is no identifier",
            "U go|A !a.b|U =a.b",
            "U go|A !a_b|U =a_b",
            "/1: the id of a call was replaced, it was used before or is no identifier"),
        new Broken(
            "the first message is the assistant's",
            "A well|U go",
            "U (The~beginning~of~this~conversation~is~missing.)|A well|U go",
            "/0: a user message was put before the first assistant turn"),
        new Broken(
            "a system message comes first",
            "S brief|U go",
            "U go",
            "/0: a system message was dropped, none may stand here"),
        new Broken(
            "a system message stands between a call and its result",
            "U go|A !a|S brief|U =a",
            "U go|A !a|U =a",
            "/2: a system message was dropped, none may stand here"),
        new Broken(
            "a system message follows an assistant's text",
            "U go|A well|S brief|U more",
            "U go|A well|U more",
            "/2: a system message was dropped, none may stand here"),
        new Broken(
            "a user message follows a system message",
            "U go|S brief|U more|A well",
            "U go|U more|S brief|A well",
            "/2: a user message was put before the system message it followed"),
        new Broken(
            "a server tool's call has no result",
            "U go|A well $s|U more",
            "U go|A well|U more",
            "/1: a server tool's call without a result was dropped"),
        new Broken(
            "a turn is nothing but a server tool's call without a result",
            "U go|A $s|U more",
            "U go|U more",
            "/1: a server tool's call without a result was dropped"),
        new Broken(
            "a server tool's call has its result too late",
            "U go|A $s !a|U =a more|A %s well",
            "U go|A !a|U =a more|A well",
            "/1: a server tool's call without a result was dropped",
            "/3: a server tool's result without a call was dropped"),
        new Broken(
            "a server tool's result has no call",
            "U go|A %s well",
            "U go|A well",
            "/1: a server tool's result without a call was dropped"));
  }

  @ParameterizedTest
  @MethodSource("brokenHistories")
  void isRepairedAndTheRepairIsReported(Broken broken) {
    var loaded = Transcript.load(History.json(broken.stored()));
    assertThat(loaded.transcript().json()).isEqualTo(RawJson.parse(History.json(broken.sound())));
    assertThat(loaded.repairs()).containsExactly(broken.report());
    Invariants.assertSendable(loaded.transcript());
    var again = Transcript.load(loaded.transcript().json().text());
    assertThat(again.repairs()).isEmpty();
    assertThat(again.transcript()).isEqualTo(loaded.transcript());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "U go",
        "U go|A well",
        "U go|U more|A well|A still|U then",
        "U go|A !a !b|U =a =b more|A well",
        "U go|A !a !b|U =b =a",
        "U go|A !a",
        "U go|S brief",
        "U go|S brief|S brief|A well",
        "U go|A $s %s|S brief|A well",
        "U go|A $s",
        "U go|A $s|A %s well",
        "U go|A $s !a",
        "U go|A $s !a|U =a",
        "U go|A $s !a|U =a|A %s well|U more"
      })
  void isUnchangedWhenItIsSound(String history) {
    var stored = History.json(history).replace("}", " }").replace(":", ": ");
    var loaded = Transcript.load(stored);
    assertThat(loaded.repairs()).isEmpty();
    assertThat(loaded.transcript().json()).isEqualTo(RawJson.parse(stored));
    Invariants.assertSendable(loaded.transcript());
  }

  /** Whatever was stored is what is sent, down to digits, key order and members nobody knows. */
  @Test
  void isReplayedVerbatim() {
    var stored =
        "[{\"content\":\"go\",\"role\":\"user\"},{\"role\":\"assistant\",\"content\":["
            + "{\"signature\":\"é🙂\",\"thinking\":\"\",\"type\":\"thinking\"},"
            + "{\"type\":\"text\",\"text\":\"a\",\"citations\":null},"
            + "{\"input\":{\"b\":1.0,\"a\":-0,\"big\":12345678901234567890},\"name\":\"n\",\"id\":\"t\","
            + "\"type\":\"tool_use\",\"caller\":{\"type\":\"direct\"}},{\"x\":1e400,\"type\":\"future\"}]},"
            + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\","
            + "\"is_error\":false,\"content\":[{\"text\":\"r\",\"type\":\"text\"}]}],\"new\":[]}]";
    var loaded = Transcript.load(stored);
    assertThat(loaded.repairs()).isEmpty();
    assertThat(loaded.transcript().json().text()).isEqualTo(stored);
    assertThat(Transcript.load("{\"n\":1,\"messages\":" + stored + "}").transcript())
        .isEqualTo(loaded.transcript());
  }

  record Block(String role, String stored, String sound, String report) {
    @Override
    public String toString() {
      return role + " " + stored;
    }
  }

  static Stream<Block> brokenBlocks() {
    return Stream.of(
        new Block("user", "{'type':'text','text':''}", "", "dropped a blank text block"),
        new Block("user", "{'type':'text','text':' \\n'}", "", "dropped a blank text block"),
        new Block(
            "user",
            "{'type':'text','text':'','cache_control':{'type':'ephemeral'}}",
            "",
            "its cache_control was dropped, breakpoints are placed for each request"),
        new Block(
            "user",
            "{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}",
            "{'type':'text','text':'a'}",
            "its cache_control was dropped, breakpoints are placed for each request"),
        new Block(
            "user",
            "{'type':'text','text':'a','citations':[{'type':'x'}]}",
            "{'type':'text','text':'a'}",
            "citations in a user message were dropped"),
        new Block("user", "{'type':'text'}", "", "dropped a malformed text"),
        new Block("user", "{'type':'image'}", "", "dropped a malformed image"),
        new Block(
            "user",
            "{'type':'tool_use','id':'x','name':'n','input':{}}",
            "",
            "dropped a call, which only an assistant turn can"),
        new Block(
            "user",
            "{'type':'thinking','thinking':'','signature':'s'}",
            "",
            "dropped thinking of the assistant"),
        new Block(
            "user",
            "{'type':'redacted_thinking','data':'s'}",
            "",
            "dropped a redacted_thinking, which only an assistant turn can"),
        new Block("user", "{'type':'tool_result'}", "", "dropped a malformed tool_result"),
        new Block(
            "assistant",
            "{'type':'thinking','thinking':'a','signature':''}",
            "",
            "dropped thinking without a signature"),
        new Block(
            "assistant",
            "{'type':'thinking','thinking':'a'}",
            "",
            "dropped thinking without a signature"),
        new Block(
            "assistant",
            "{'type':'tool_result','tool_use_id':'t','content':'a'}",
            "",
            "dropped a result, which only a user message can"),
        new Block(
            "assistant",
            "{'type':'image','source':{'type':'url','url':'u'}}",
            "",
            "dropped an image, which only a user message can"),
        new Block(
            "assistant",
            "{'type':'document','source':{'type':'url','url':'u'}}",
            "",
            "dropped a document, which only a user message can"),
        new Block(
            "assistant",
            "{'type':'tool_use','id':'t','input':{}}",
            "",
            "dropped a malformed tool_use"),
        new Block(
            "assistant",
            "{'type':'tool_use','id':'t','name':'n','input':'{\\'a'}",
            "{'type':'tool_use','id':'t','name':'n','input':{}}",
            "the input of a call was no object and was replaced by {}"),
        new Block(
            "assistant",
            "{'type':'tool_use','id':'t','name':'n','input':null}",
            "{'type':'tool_use','id':'t','name':'n','input':{}}",
            "the input of a call was no object and was replaced by {}"),
        new Block(
            "assistant",
            "{'type':'tool_use','id':'t','name':'n'}",
            "{'type':'tool_use','id':'t','name':'n','input':{}}",
            "the input of a call was missing and is {} now"),
        new Block(
            "assistant",
            "{'type':'tool_use','id':'t','name':'a b','input':{'a':1.0}}",
            "{'type':'tool_use','id':'t','name':'a_b','input':{'a':1.0}}",
            "the name of a call was no tool's name and was replaced"));
  }

  @ParameterizedTest
  @MethodSource("brokenBlocks")
  @Tag("H07")
  void mendsBlocksThatTheApiRefuses(Block broken) {
    var rest = "{'type':'text','text':'rest'}";
    var loaded = Transcript.load(withBlock(broken.role(), broken.stored() + "," + rest));
    var sound = broken.sound().isEmpty() ? rest : broken.sound() + "," + rest;
    assertThat(loaded.transcript().json().node())
        .isEqualTo(RawJson.parse(withBlock(broken.role(), sound)).node());
    assertThat(loaded.repairs()).contains("/1/content/0: " + broken.report());
    Invariants.assertSendable(loaded.transcript());
  }

  private static String withBlock(String role, String blocks) {
    return ("[{'role':'user','content':'go'},{'role':'" + role + "','content':[" + blocks + "]}]")
        .replace("\\'", "\\\"")
        .replace('\'', '"');
  }

  @ParameterizedTest
  @ValueSource(strings = {"''", "'  '", "[]", "null", "[{'type':'text','text':''}]"})
  @Tag("H08")
  void dropsMessagesWithoutContent(String content) {
    var stored = "[{'role':'user','content':'go'},{'role':'assistant','content':" + content + "}]";
    var loaded = Transcript.load(stored.replace('\'', '"'));
    assertThat(loaded.transcript().messages()).extracting(Message::text).containsExactly("go");
    assertThat(loaded.repairs()).endsWith("/1: a message without content was dropped").isNotEmpty();
  }

  @Test
  void mendsWhatIsInsideAResult() {
    var stored = History.json("U go|A !a|U =a");
    var content =
        "'content':[{'type':'text','text':''},{'type':'text','text':'kept',"
            + "'cache_control':{'type':'ephemeral'}},{'type':'image','source':{}}],'is_error':true";
    var loaded = Transcript.load(stored.replace("\"content\":\"a\"", content.replace('\'', '"')));
    assertThat(loaded.transcript().messages().get(2).toolResults())
        .containsExactly(ContentBlock.ToolResult.error("a", "kept"));
    assertThat(loaded.repairs())
        .containsExactly(
            "/2/content/0: a blank text block in a result was dropped",
            "/2/content/0: its cache_control was dropped, breakpoints are placed for each request",
            "/2/content/0: a failed result must be all text, its image was dropped");
    Invariants.assertSendable(loaded.transcript());
  }

  @Test
  void takesAnswersThatWereStoredWhole() {
    var stored =
        "[{'role':'user','content':'go'},{'id':'msg','type':'message','model':'m','usage':{},"
            + "'stop_reason':'end_turn','role':'assistant','content':[{'type':'text','text':'a'}]}]";
    var loaded = Transcript.load(stored.replace('\'', '"'));
    assertThat(loaded.transcript().messages().get(1).json().members().keySet())
        .containsExactly("role", "content");
    assertThat(loaded.repairs())
        .containsExactly("/1: what only an answer has was dropped, such as its usage");
  }

  @Test
  @Tag("C07")
  void replacesHalvesOfSurrogatePairs() {
    var loaded = Transcript.load("[{\"role\":\"user\",\"content\":\"a\\ud83d\"}]");
    assertThat(loaded.transcript().messages())
        .containsExactly(
            Transcript.load("[{\"role\":\"user\",\"content\":\"a\uFFFD\"}]")
                .transcript()
                .messages()
                .get(0));
    assertThat(loaded.repairs())
        .containsExactly("halves of surrogate pairs were replaced by U+FFFD");
  }

  @Test
  void canBeEmpty() {
    assertThat(Transcript.load("[]")).isEqualTo(new Transcript.Loaded(Transcript.EMPTY, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "7",
        "[7]",
        "[{}]",
        "[{\"role\":\"user\",\"content\":7}]",
        "[{\"role\":\"User\",\"content\":\"a\"}]",
        "[{\"role\":\"tool\",\"content\":\"a\"}]",
        "[{\"content\":\"a\"}]",
        "[{\"role\":\"user\",\"content\":[\"a\"]}]",
        "[{\"role\":\"user\",\"content\":[{}]}]",
        "[{\"role\":\"user\",\"role\":\"user\",\"content\":\"a\"}]",
        "{\"messages\":{}}"
      })
  void isRefusedWhenItIsNoTranscript(String stored) {
    assertThatThrownBy(() -> Transcript.load(stored))
        .isInstanceOf(InvalidTranscriptException.class)
        .hasMessageStartingWith("not a transcript: ");
  }

  @Test
  void saysWhereItIsNoTranscript() {
    assertThatThrownBy(() -> Transcript.load("[{\"role\":\"user\",\"content\":[{\"a\":1}]}]"))
        .hasMessage("not a transcript: expected a content block with a \"type\" at /0/content/0");
    assertThatThrownBy(() -> Transcript.load("[{\"role\":\"x\",\"content\":\"secret\"}]"))
        .hasMessage("not a transcript: expected the role user, assistant or system at /0/role");
  }

  /** A history whose every call has the same id must not take quadratic time. */
  @Test
  void isLinearInTheNumberOfReusedIds() {
    var turns =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "|A !a|U =a")
            .reduce(new StringBuilder("U go"), StringBuilder::append, StringBuilder::append);
    var loaded = Transcript.load(History.json(turns.toString()));
    assertThat(loaded.transcript().messages()).hasSize(10_001);
    assertThat(loaded.repairs()).hasSize(4_999);
  }

  static String interrupted() {
    return INTERRUPTED;
  }
}
