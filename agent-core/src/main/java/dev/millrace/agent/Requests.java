package dev.millrace.agent;

import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a run's requests. The end of the tools and the system prompt is a fixed cache breakpoint;
 * the moving one is the request's top-level {@code cache_control}, which leaves the bytes of the
 * prefix as they are. Used for one run.
 *
 * <p>The API looks back at most 20 blocks from a breakpoint for something it has cached, so a turn
 * that added more gets another mark where the request before ended.
 */
final class Requests {
  private static final int LOOK_BACK = 20;
  private static final RawJson EPHEMERAL = RawJson.parse("{\"type\":\"ephemeral\"}");
  private static final RawJson NO_TOOLS = RawJson.parse("{\"type\":\"none\"}");

  private final MessageRequest.Builder builder;
  private final boolean hasTools;
  private final boolean isCaching;
  private int lastSize;

  /**
   * @param template all but the messages
   */
  Requests(MessageRequest template, boolean isCaching) {
    this.builder = template.toBuilder();
    this.hasTools = template.members().containsKey("tools");
    this.isCaching = isCaching;
  }

  /** The system prompt and the tools' definitions with their breakpoint. */
  static void addPrefix(
      MessageRequest.Builder builder, String system, List<RawJson> tools, boolean isCaching) {
    var marked = RawJson.object(Map.of("cache_control", EPHEMERAL));
    boolean markSystem = isCaching && !system.isEmpty();
    var definitions = new ArrayList<>(tools);
    if (isCaching && !markSystem && !definitions.isEmpty()) {
      int last = definitions.size() - 1;
      definitions.set(last, definitions.get(last).with("cache_control", EPHEMERAL));
    }
    builder.tools(definitions);
    if (!system.isEmpty()) {
      builder.system(
          List.of(new ContentBlock.Text(system, markSystem ? marked : RawJson.EMPTY_OBJECT)));
    }
    if (isCaching) {
      builder.member("cache_control", EPHEMERAL);
    }
  }

  /** The request for what was said so far. */
  MessageRequest next(
      Steps.Question question, Transcript transcript, Optional<String> containerId) {
    containerId.ifPresent(id -> builder.member("container", RawJson.ofString(id)));
    builder.member("max_tokens", RawJson.ofNumber(question.allowance().maxTokens()));
    if (question.isLast() && hasTools) {
      builder.member("tool_choice", NO_TOOLS);
    }
    List<Message> messages = transcript.messages();
    int mark = lastSize - 1;
    lastSize = messages.size();
    return isCaching && mark >= 0 && mark < lastSize && blocksFrom(messages, mark + 1) >= LOOK_BACK
        ? builder.build(marked(messages, mark))
        : builder.build(transcript);
  }

  private static int blocksFrom(List<Message> messages, int index) {
    int blocks = 0;
    for (int i = index; i < messages.size(); i++) {
      blocks += messages.get(i).content().size();
    }
    return blocks;
  }

  private static List<Message> marked(List<Message> messages, int index) {
    var copy = new ArrayList<>(messages);
    copy.set(index, messages.get(index).withLastBlock("cache_control", EPHEMERAL));
    return copy;
  }
}
