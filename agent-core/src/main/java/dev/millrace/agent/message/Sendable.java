package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Document;
import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.List;
import java.util.Set;

/** What the API refuses in a message, whatever stands around that message. */
final class Sendable {
  private static final int MAX_NAME = 128;

  /** Types that have a record of their own; a block of theirs that has none is malformed. */
  private static final Set<String> KNOWN =
      Set.of("text", "thinking", "tool_use", "tool_result", "image", "document");

  private Sendable() {}

  /** What is wrong with a block in a message of this role, as a noun; empty if nothing is. */
  static String problem(Role role, ContentBlock block) {
    return switch (block) {
      case Text text when text.text().isBlank() -> "a blank text block";
      case Text text -> "";
      case Thinking thinking when role != Role.ASSISTANT -> "thinking of the assistant";
      case Thinking thinking -> "";
      case ToolUse use when role != Role.ASSISTANT -> "a call, which only an assistant turn can";
      case ToolUse use -> "";
      case ToolResult result when role != Role.USER -> "a result, which only a user message can";
      case ToolResult result -> problem(result);
      case Image image -> role == Role.USER ? "" : "an image, which only a user message can";
      case Document document ->
          role == Role.USER ? "" : "a document, which only a user message can";
      case Other other when KNOWN.contains(other.type()) -> "a malformed " + other.type();
      case Other other when role != Role.ASSISTANT && isAssistants(other) ->
          "a " + other.type() + ", which only an assistant turn can";
      case Other other -> "";
    };
  }

  private static boolean isAssistants(Other block) {
    return block.type().equals("redacted_thinking")
        || ServerToolUses.isCall(block)
        || ServerToolUses.isResult(block);
  }

  private static String problem(ToolResult result) {
    if (hasBlankText(result.content())) {
      return "a result with a blank text block";
    }
    return result.isError()
            && Message.only(Text.class, result.content()).size() < result.content().size()
        ? "a failed result that is not all text"
        : "";
  }

  /** A result's only text may be blank, but none among several blocks. */
  private static boolean hasBlankText(List<ContentBlock> content) {
    return content.size() > 1 && content.stream().anyMatch(Sendable::isBlank);
  }

  static boolean isBlank(ContentBlock block) {
    return block instanceof Text text && text.text().isBlank();
  }

  static boolean isId(String id) {
    for (int i = 0; i < id.length(); i++) {
      if (!isIdentifierPart(id.charAt(i))) {
        return false;
      }
    }
    return !id.isEmpty();
  }

  static boolean isToolName(String name) {
    return name.length() <= MAX_NAME && isId(name);
  }

  /** The name itself where the API accepts it, else one like it. */
  static String toolName(String name) {
    if (isToolName(name)) {
      return name;
    }
    var readable = sanitized(name);
    return name.isEmpty()
        ? "unnamed"
        : readable.substring(0, Math.min(MAX_NAME, readable.length()));
  }

  /** The text with an underscore for each character that no id and no name may have. */
  static String sanitized(String text) {
    char[] sanitized = text.toCharArray();
    for (int i = 0; i < sanitized.length; i++) {
      sanitized[i] = isIdentifierPart(sanitized[i]) ? sanitized[i] : '_';
    }
    return String.valueOf(sanitized);
  }

  private static boolean isIdentifierPart(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '-';
  }
}
