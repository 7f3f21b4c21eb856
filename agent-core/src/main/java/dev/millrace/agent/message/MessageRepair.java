package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a stored message what the API refuses in it whatever stands around it, and tells
 * what it changed. A sound message keeps the JSON it was stored as.
 */
final class MessageRepair {
  /** What the API's answers have beside role and content; no request's message may have it. */
  private static final Set<String> OF_ANSWERS =
      Set.of(
          "id",
          "type",
          "model",
          "stop_reason",
          "stop_sequence",
          "stop_details",
          "usage",
          "container",
          "diagnostics",
          "context_management",
          "input_transformations");

  private final List<String> report;

  MessageRepair(List<String> report) {
    this.report = report;
  }

  /**
   * The message as it may be sent; null when nothing is left of it.
   *
   * @param at the JSON pointer of the message
   */
  @Nullable Message repaired(Role role, RawJson json, String at) {
    int reported = report.size();
    var members = json.members();
    if (members.keySet().removeAll(OF_ANSWERS)) {
      report.add(at + ": what only an answer has was dropped, such as its usage");
    }
    var blocks = blocks(role, members.getOrDefault("content", RawJson.NULL), at + "/content");
    if (blocks.isEmpty()) {
      report.add(at + ": a message without content was dropped");
      return null;
    }
    if (report.size() == reported) {
      return Message.read(role, blocks, json);
    }
    members.put("content", BlockJson.array(blocks));
    return Message.read(role, blocks, RawJson.object(members));
  }

  private List<ContentBlock> blocks(Role role, RawJson content, String at) {
    var blocks = new ArrayList<ContentBlock>();
    if (content.isArray()) {
      var elements = content.elements();
      for (int i = 0; i < elements.size(); i++) {
        var block = block(elements.get(i), at + "/" + i);
        if (block instanceof ToolUse && !elements.get(i).members().containsKey("input")) {
          report.add(at + "/" + i + ": the input of a call was missing and is {} now");
        }
        add(blocks, role, block, at + "/" + i);
      }
    } else if (content.isString()) {
      add(blocks, role, new Text(content.node().asString()), at);
    } else if (!content.equals(RawJson.NULL)) {
      throw TranscriptReader.invalid("expected text or an array of content blocks at " + at);
    }
    return blocks;
  }

  private static ContentBlock block(RawJson json, String at) {
    try {
      return ContentBlock.of(json);
    } catch (IllegalArgumentException e) {
      throw TranscriptReader.invalid("expected a content block with a \"type\" at " + at);
    }
  }

  private void add(List<ContentBlock> blocks, Role role, ContentBlock stored, String at) {
    var block = withoutCacheMark(mended(role, stored, at), at);
    var problem = Sendable.problem(role, block);
    if (block instanceof Thinking thinking && thinking.signature().isEmpty()) {
      problem = "thinking without a signature";
    }
    if (problem.isEmpty()) {
      blocks.add(block);
    } else {
      report.add(at + ": dropped " + problem);
    }
  }

  private ContentBlock mended(Role role, ContentBlock block, String at) {
    return switch (block) {
      case ToolUse use when !Sendable.isToolName(use.name()) -> {
        report.add(at + ": the name of a call was no tool's name and was replaced");
        yield new ToolUse(
            use.id(), Sendable.toolName(use.name()), use.input(), use.other(), use.problem());
      }
      case ToolResult result -> mended(result, at);
      case Text text when role == Role.USER -> withoutCitations(text, at);
      case Other other when other.type().equals("tool_use") -> mendedCall(other, at);
      default -> block;
    };
  }

  /** A call whose input is no object may have been answered, so it stays, without its input. */
  private ContentBlock mendedCall(Other call, String at) {
    var members = call.json().members();
    members.put("input", RawJson.EMPTY_OBJECT);
    var mended = ContentBlock.of(RawJson.object(members));
    if (mended instanceof ToolUse) {
      report.add(at + ": the input of a call was no object and was replaced by {}");
    }
    return mended;
  }

  private ToolResult mended(ToolResult result, String at) {
    var content = new ArrayList<ContentBlock>();
    for (var block : result.content()) {
      boolean isText = block instanceof Text;
      if (Sendable.isBlank(block) && result.content().size() > 1) {
        report.add(at + ": a blank text block in a result was dropped");
      } else if (result.isError() && !isText) {
        report.add(at + ": a failed result must be all text, its " + block.type() + " was dropped");
      } else {
        content.add(withoutCacheMark(block, at));
      }
    }
    if (content.equals(result.content())) {
      return result;
    }
    var other = result.other().members();
    other.remove("content");
    return new ToolResult(result.toolUseId(), content, result.isError(), RawJson.object(other));
  }

  private Text withoutCitations(Text text, String at) {
    var other = text.other().members();
    var citations = other.get("citations");
    if (citations == null || !citations.isArray() || citations.elements().isEmpty()) {
      return text;
    }
    report.add(at + ": citations in a user message were dropped");
    other.remove("citations");
    return new Text(text.text(), RawJson.object(other));
  }

  /** Cache breakpoints are placed anew for each request; stored ones would use up its four. */
  private ContentBlock withoutCacheMark(ContentBlock block, String at) {
    var members = block.json().members();
    var mark = members.remove("cache_control");
    if (mark == null || mark.equals(RawJson.NULL)) {
      return block;
    }
    report.add(at + ": its cache_control was dropped, breakpoints are placed for each request");
    return ContentBlock.of(RawJson.object(members));
  }
}
