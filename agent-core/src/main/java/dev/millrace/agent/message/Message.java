package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation: who says it, and its content blocks. Immutable; its JSON is made
 * once, so that the bytes of a request's prefix stay the same from turn to turn. Equality is that
 * of the JSON.
 */
public final class Message {
  private final Role role;
  private final List<ContentBlock> content;
  private final RawJson json;

  private Message(Role role, List<ContentBlock> content, RawJson json) {
    this.role = role;
    this.content = content;
    this.json = json;
  }

  /**
   * What a person says.
   *
   * @throws IllegalArgumentException when the text is blank, which the API refuses
   */
  public static Message user(String text) {
    return of(Role.USER, List.of(new Text(text)));
  }

  /**
   * A message of these blocks.
   *
   * @throws IllegalArgumentException when there is no block, or a blank text among them, which the
   *     API refuses
   */
  public static Message of(Role role, List<? extends ContentBlock> content) {
    if (content.isEmpty()) {
      throw new IllegalArgumentException(
          "a " + role.value() + " message needs at least one content block");
    }
    for (var block : content) {
      if (block instanceof Text text && text.text().isBlank()) {
        throw new IllegalArgumentException(
            "a " + role.value() + " message holds a blank text block, which the API refuses");
      }
    }
    List<ContentBlock> blocks = List.copyOf(content);
    return new Message(role, blocks, json(role, blocks));
  }

  /** A message that was read, with the very JSON it was read from. */
  static Message read(Role role, List<ContentBlock> content, RawJson json) {
    return new Message(role, List.copyOf(content), json);
  }

  private static RawJson json(Role role, List<ContentBlock> content) {
    return RawJson.trusted(
        "{\"role\":\"" + role.value() + "\",\"content\":" + BlockJson.array(content).text() + "}");
  }

  public Role role() {
    return role;
  }

  public List<ContentBlock> content() {
    return content;
  }

  /** The message as an element of the API's {@code messages} array. */
  public RawJson json() {
    return json;
  }

  /** The same with one more member in its last block's JSON. */
  public Message withLastBlock(String member, RawJson value) {
    var blocks = new ArrayList<ContentBlock>(content);
    int last = blocks.size() - 1;
    blocks.set(last, ContentBlock.of(blocks.get(last).json().with(member, value)));
    return of(role, blocks);
  }

  /** The text blocks, joined. */
  public String text() {
    return Texts.join(content);
  }

  /** The calls in it, in order. */
  public List<ToolUse> toolUses() {
    return only(ToolUse.class);
  }

  /** The results in it, in order. */
  public List<ToolResult> toolResults() {
    return only(ToolResult.class);
  }

  private <T extends ContentBlock> List<T> only(Class<T> type) {
    return content.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Message that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** The JSON. */
  @Override
  public String toString() {
    return json.text();
  }
}
