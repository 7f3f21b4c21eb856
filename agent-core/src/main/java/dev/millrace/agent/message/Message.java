package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation: who says it, and its content blocks. Immutable; its JSON is made
 * once, so that the bytes of a request's prefix stay the same from turn to turn. Equality is that
 * of the JSON.
 */
public final class Message {
  private final Role role;
  private final List<ContentBlock> content;
  private final List<ToolUse> toolUses;
  private final List<ToolResult> toolResults;
  private final RawJson json;

  private Message(Role role, List<ContentBlock> content, RawJson json) {
    this.role = role;
    this.content = content;
    this.toolUses = only(ToolUse.class, content);
    this.toolResults = only(ToolResult.class, content);
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
   * @throws IllegalArgumentException when there is no block, or one that the API refuses in a
   *     message of this role, such as blank text
   */
  public static Message of(Role role, List<? extends ContentBlock> content) {
    if (content.isEmpty()) {
      throw new IllegalArgumentException(
          "a message of the " + role.value() + " needs at least one content block");
    }
    for (var block : content) {
      var problem = Sendable.problem(role, block);
      if (!problem.isEmpty()) {
        throw new IllegalArgumentException(
            "a message of the "
                + role.value()
                + " cannot hold "
                + problem
                + ": the API refuses it");
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
    var out = BlockJson.room(content);
    out.append("{\"role\":\"").append(role.value()).append("\",\"content\":");
    BlockJson.append(out, content);
    return RawJson.trusted(out.append('}').toString());
  }

  /** Who says it. */
  public Role role() {
    return role;
  }

  /** Its blocks in order, at least one; not to be changed. */
  public List<ContentBlock> content() {
    return content;
  }

  /** The message as an element of the API's {@code messages} array. */
  public RawJson json() {
    return json;
  }

  /** The same with a member set in its last block's JSON; all else stays as it is. */
  public Message withLastBlock(String member, RawJson value) {
    var members = json.members();
    var stored = Objects.requireNonNull(members.get("content"));
    var elements = new ArrayList<>(stored.isArray() ? stored.elements() : List.of(last().json()));
    elements.set(elements.size() - 1, elements.get(elements.size() - 1).with(member, value));
    members.put("content", RawJson.array(elements));
    var blocks = new ArrayList<ContentBlock>(content);
    blocks.set(blocks.size() - 1, ContentBlock.of(last().json().with(member, value)));
    return read(role, blocks, RawJson.object(members));
  }

  private ContentBlock last() {
    return content.get(content.size() - 1);
  }

  /** The text blocks, joined. */
  public String text() {
    return Texts.join(content);
  }

  /** The calls in it, in order. */
  public List<ToolUse> toolUses() {
    return toolUses;
  }

  /** The results in it, in order. */
  public List<ToolResult> toolResults() {
    return toolResults;
  }

  /** The blocks of one kind. */
  static <T extends ContentBlock> List<T> only(Class<T> type, List<ContentBlock> content) {
    List<T> found = List.of();
    for (var block : content) {
      if (type.isInstance(block)) {
        found = found.isEmpty() ? new ArrayList<>() : found;
        found.add(type.cast(block));
      }
    }
    return List.copyOf(found);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof Message that && json.equals(that.json);
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
