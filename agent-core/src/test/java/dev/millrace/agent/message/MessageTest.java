package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
  private static final ContentBlock IMAGE = Image.of("image/png", new byte[] {1});
  private static final ContentBlock USE = new ToolUse("t", "n", RawJson.EMPTY_OBJECT);
  private static final ContentBlock THINKING = new Thinking("", "s", RawJson.EMPTY_OBJECT);

  @Test
  void isRenderedAsTheApiWantsIt() {
    var message = Message.of(Role.USER, List.of(ToolResult.of("t", "r"), new Text("a")));
    assertThat(message.json().text())
        .isEqualTo(
            "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\","
                + "\"content\":\"r\"},{\"type\":\"text\",\"text\":\"a\"}]}");
    assertThat(message.json()).isSameAs(message.json());
    assertThat(message.toolResults()).containsExactly(ToolResult.of("t", "r"));
    assertThat(message.text()).isEqualTo("a");
    assertThat(message).isEqualTo(Message.of(Role.USER, message.content()));
    assertThat(message).hasToString(message.json().text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t"})
  @Tag("H07")
  void refusesBlankText(String text) {
    assertThatThrownBy(() -> Message.user(text))
        .hasMessage("a message of the user cannot hold a blank text block: the API refuses it");
  }

  @ParameterizedTest
  @EnumSource
  void refusesToBeEmpty(Role role) {
    assertThatThrownBy(() -> Message.of(role, List.of()))
        .hasMessage("a message of the " + role.value() + " needs at least one content block");
  }

  @Test
  void refusesBlocksThatTheRoleCannotSay() {
    refused(Role.USER, USE);
    refused(Role.USER, THINKING);
    refused(Role.USER, block("{'type':'redacted_thinking','data':'x'}"));
    refused(Role.USER, block("{'type':'server_tool_use','id':'s','name':'n','input':{}}"));
    refused(Role.ASSISTANT, ToolResult.of("t", "r"));
    refused(Role.ASSISTANT, IMAGE);
    refused(Role.ASSISTANT, block("{'type':'document','source':{}}"));
    refused(Role.SYSTEM, USE);
    refused(Role.SYSTEM, ToolResult.of("t", "r"));
    refused(Role.SYSTEM, IMAGE);
  }

  @Test
  void refusesMalformedBlocks() {
    refused(Role.ASSISTANT, block("{'type':'tool_use','id':'t'}"));
    refused(Role.USER, block("{'type':'tool_result'}"));
    refused(Role.USER, block("{'type':'text'}"));
  }

  @Test
  void refusesResultsThatTheApiRefuses() {
    refused(
        Role.USER,
        new ToolResult("t", List.of(new Text(""), new Text("a")), false, RawJson.EMPTY_OBJECT));
    refused(
        Role.USER, new ToolResult("t", List.of(new Text("a"), IMAGE), true, RawJson.EMPTY_OBJECT));
    Message.of(
        Role.USER,
        List.of(new ToolResult("t", List.of(new Text("a"), IMAGE), false, RawJson.EMPTY_OBJECT)));
    Message.of(Role.USER, List.of(ToolResult.of("t", "")));
  }

  @Test
  void carriesUnknownBlocksInAnyRole() {
    var future = block("{'type':'future_block','x':1}");
    for (var role : Role.values()) {
      assertThat(Message.of(role, List.of(future)).content()).containsExactly(future);
    }
  }

  @Test
  void marksItsLastBlockAndTouchesNothingElse() {
    var stored =
        "[{\"content\":[{\"text\":\"a\",\"type\":\"text\",\"n\":1e5},{\"text\":\"b\","
            + "\"type\":\"text\"}],\"role\":\"user\",\"new\":-0}]";
    var message = Transcript.load(stored).transcript().messages().get(0);
    var mark = RawJson.parse("{\"type\":\"ephemeral\"}");
    var marked = message.withLastBlock("cache_control", mark);
    assertThat(marked.json().text())
        .isEqualTo(
            "{\"content\":[{\"text\":\"a\",\"type\":\"text\",\"n\":1e5},{\"text\":\"b\","
                + "\"type\":\"text\",\"cache_control\":{\"type\":\"ephemeral\"}}],"
                + "\"role\":\"user\",\"new\":-0}");
    assertThat(marked.withLastBlock("cache_control", mark)).isEqualTo(marked);
    assertThat(marked.text()).isEqualTo("ab");
  }

  @Test
  void marksTextThatWasStoredAsAString() {
    var message =
        Transcript.load("[{\"role\":\"user\",\"content\":\"a\"}]").transcript().messages().get(0);
    assertThat(message.withLastBlock("x", RawJson.TRUE).json().text())
        .isEqualTo(
            "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"x\":true}]}");
  }

  private static void refused(Role role, ContentBlock block) {
    assertThatThrownBy(() -> Message.of(role, List.of(block)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a message of the " + role.value() + " cannot hold ");
  }

  private static ContentBlock block(String quoted) {
    return ContentBlock.of(RawJson.parse(quoted.replace('\'', '"')));
  }
}
