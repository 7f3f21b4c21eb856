package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Transcript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Streams that others recorded, against the messages that the vendor's SDK makes of them. */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class RecordedMessagesTest {

  static Stream<String> recordings() {
    var manifest = json(Corpora.path("recordings", "manifest.json"));
    return manifest.path("streams").valueStream().map(stream -> stream.path("file").asString());
  }

  /** Value-identical, without any exception: not a member more, not one less. */
  @ParameterizedTest
  @MethodSource("recordings")
  @Tag("B08")
  void becomeTheMessageThatTheSdkMakes(String file) {
    var response = accumulated(file).response();
    var expected = file.replace("sse/", "expected/").replaceAll("\\.sse$", ".json");
    assertThat(Accumulated.json(response))
        .isEqualTo(json(Corpora.path("recordings", expected)).path("beta").path("message"));
  }

  /** The turn is said again as it came, but for blank text and refusals, and the API takes it. */
  @ParameterizedTest
  @MethodSource("recordings")
  @Tag("B08")
  void goBackValueIdentical(String file) {
    var response = accumulated(file).response();
    var transcript = Transcript.of("go").plus(response);
    if (response.stopReason().equals(StopReason.REFUSAL)) {
      assertThat(transcript).isEqualTo(Transcript.of("go"));
      return;
    }
    var said = JsonNodeFactory.instance.arrayNode();
    for (var block : Accumulated.json(response).path("content")) {
      if (!block.path("text").asString("x").isBlank()) {
        said.add(block);
      }
    }
    var message = transcript.messages().get(1);
    assertThat(message.json().node().path("content")).isEqualTo(said);
    assertThat(Transcript.load(transcript.json().text()))
        .isEqualTo(new Transcript.Loaded(transcript, List.of()));
  }

  /** A call runs only if its block was closed, whichever event is lost on the way. */
  @ParameterizedTest
  @MethodSource("recordings")
  @Tag("B06")
  void haveNoCallToRunWhoseBlockWasNotClosed(String file) {
    var frames = frames(file);
    for (int lost = 0; lost < frames.size(); lost++) {
      if (!frames.get(lost).contains("\"content_block_stop\"")) {
        continue;
      }
      var rest = new ArrayList<>(frames);
      rest.remove(lost);
      var whole = accumulated(file).response();
      var torn =
          Accumulated.of(String.join("\n\n", rest).concat("\n\n").getBytes(UTF_8)).response();
      assertThat(runnable(torn)).isLessThanOrEqualTo(runnable(whole));
      long calls = whole.toolUses().size();
      assertThat(torn.toolUses()).hasSize((int) calls);
      assertThat(calls - runnable(torn)).isLessThanOrEqualTo(1);
    }
  }

  /** Without the end there is no message, wherever the stream breaks off. */
  @ParameterizedTest
  @MethodSource("recordings")
  void areNoMessageBeforeTheirLastEvent(String file) {
    var frames = frames(file);
    for (int length = 0; length < frames.size(); length++) {
      var head = String.join("\n\n", frames.subList(0, length)) + "\n\n";
      boolean stopped = head.contains("\"message_stop\"");
      assertThat(Accumulated.of(head.getBytes(UTF_8)).isComplete()).isEqualTo(stopped);
    }
  }

  private static long runnable(MessageResponse response) {
    return response.toolUses().stream().filter(use -> use.problem() == null).count();
  }

  private static List<String> frames(String file) {
    var text = new String(Corpora.bytes(Corpora.path("recordings", file)), UTF_8);
    return Arrays.stream(text.split("\\r?\\n\\r?\\n")).filter(frame -> !frame.isBlank()).toList();
  }

  private static MessageAccumulator accumulated(String file) {
    return Accumulated.of(Corpora.bytes(Corpora.path("recordings", file)));
  }

  @Test
  @Tag("C01")
  void keepACallThatWasCutOffFromRunning() {
    for (var sdk : List.of("anthropic-sdk-python", "anthropic-sdk-typescript")) {
      var response = ofSdk(sdk, "incomplete_partial_json_response.txt");
      assertThat(response.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
      assertThat(response.toolUses()).hasSize(1);
      assertThat(response.toolUses().get(0).problem()).contains("the text ends before");
      assertThat(response.toolUses().get(0).input()).isEqualTo(RawJson.EMPTY_OBJECT);
      var whole = ofSdk(sdk, "tool_use_response.txt");
      assertThat(whole.stopReason()).isEqualTo(StopReason.TOOL_USE);
      assertThat(whole.toolUses()).allMatch(use -> use.problem() == null).hasSize(1);
    }
  }

  @Test
  @Tag("B16")
  void knowWhichModelAnswersAndWhatWasCompacted() {
    var fallback = ofSdk("anthropic-sdk-python", "fallback_response.txt");
    assertThat(fallback.model()).isEqualTo("claude-sonnet-4-5");
    assertThat(fallback.content())
        .extracting(ContentBlock::type)
        .containsExactly("fallback", "text");
    var compaction = ofSdk("anthropic-sdk-python", "compaction_response.txt").content().get(0);
    assertThat(compaction.json().member("content"))
        .isEqualTo(RawJson.ofString("Earlier conversation summarized."));
    assertThat(compaction.json().member("encrypted_content").text()).contains("opaque_compaction");
  }

  @Test
  @Tag("B11")
  void keepNothingOfARefusal() {
    for (var file :
        List.of("refusal_response.txt", "stream-a-refusal.sse", "stream-a-toolrefusal.sse")) {
      var response = ofSdk("anthropic-sdk-python", file);
      assertThat(response.stopReason()).isEqualTo(StopReason.REFUSAL);
      assertThat(response.envelope().member("stop_details").member("type"))
          .isEqualTo(RawJson.ofString("refusal"));
      assertThat(Transcript.of("go").plus(response)).isEqualTo(Transcript.of("go"));
    }
  }

  /** These files lack the blank line that ends the last event. */
  private static MessageResponse ofSdk(String sdk, String file) {
    var stream = new String(Corpora.bytes(Corpora.path("messages-api", sdk, file)), UTF_8);
    return Accumulated.of((stream + "\n\n").getBytes(UTF_8)).response();
  }

  private static JsonNode json(Path file) {
    return RawJson.parse(new String(Corpora.bytes(file), UTF_8)).node();
  }
}
