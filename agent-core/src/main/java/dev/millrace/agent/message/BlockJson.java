package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Document;
import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Content blocks to JSON and back. What is read is written again value-identical: each member that
 * a block's record would not write as it came is kept among the block's other members.
 */
final class BlockJson {
  /** For the names, ids and braces of a block. */
  private static final int AROUND = 100;

  private static final int MOST_ROOM = 1 << 30;

  private BlockJson() {}

  static RawJson of(ContentBlock block) {
    if (block instanceof Other other) {
      return other.json();
    }
    var out = room(List.of(block));
    append(out, block);
    return RawJson.trusted(out.toString());
  }

  /** Room for the JSON of these blocks and a little around it: to grow would be to copy it. */
  static StringBuilder room(List<ContentBlock> blocks) {
    long length = length(blocks);
    return new StringBuilder((int) Math.min(length + length / 8, MOST_ROOM));
  }

  /** About how long their JSON is. */
  private static long length(List<ContentBlock> blocks) {
    long length = AROUND;
    for (var block : blocks) {
      length += AROUND + length(block);
    }
    return length;
  }

  private static long length(ContentBlock block) {
    return switch (block) {
      case Text text -> text.text().length();
      case Thinking(var thinking, var signature, var rest) ->
          (long) thinking.length() + signature.length();
      case ToolUse use -> use.input().text().length();
      case ToolResult result -> length(result.content());
      case Image image -> image.source().text().length();
      case Document document -> document.source().text().length();
      case Other other -> other.json().text().length();
    };
  }

  static void append(StringBuilder out, List<ContentBlock> blocks) {
    out.append('[');
    for (int i = 0; i < blocks.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      append(out, blocks.get(i));
    }
    out.append(']');
  }

  private static void append(StringBuilder out, ContentBlock block) {
    switch (block) {
      case Text(var text, var other) -> {
        string(type(out, block), "text", text);
        end(out, other);
      }
      case Thinking(var thinking, var signature, var other) -> {
        string(type(out, block), "thinking", thinking);
        if (!signature.isEmpty()) {
          string(out, "signature", signature);
        }
        end(out, other);
      }
      case ToolUse use -> {
        string(type(out, block), "id", use.id());
        string(out, "name", use.name());
        value(out, "input", use.input());
        end(out, use.other());
      }
      case ToolResult result -> append(out, result);
      case Image(var source, var other) -> {
        value(type(out, block), "source", source);
        end(out, other);
      }
      case Document(var source, var other) -> {
        value(type(out, block), "source", source);
        end(out, other);
      }
      case Other other -> out.append(other.json().text());
    }
  }

  private static void append(StringBuilder out, ToolResult result) {
    var other = result.other();
    var written = other.equals(RawJson.EMPTY_OBJECT) ? Map.of() : other.members();
    string(type(out, result), "tool_use_id", result.toolUseId());
    if (!result.content().isEmpty() && !written.containsKey("content")) {
      name(out, "content");
      appendResult(out, result.content());
    }
    if (result.isError() && !written.containsKey("is_error")) {
      value(out, "is_error", RawJson.TRUE);
    }
    end(out, other);
  }

  /** The short form for plain text, an array for all else. */
  private static void appendResult(StringBuilder out, List<ContentBlock> content) {
    boolean isPlain =
        content.size() == 1
            && content.get(0) instanceof Text text
            && text.other().equals(RawJson.EMPTY_OBJECT);
    if (isPlain) {
      JsonString.append(out, ((Text) content.get(0)).text());
    } else {
      append(out, content);
    }
  }

  private static RawJson resultJson(List<ContentBlock> content) {
    var out = new StringBuilder();
    appendResult(out, content);
    return RawJson.trusted(out.toString());
  }

  private static StringBuilder type(StringBuilder out, ContentBlock block) {
    out.append("{\"type\":\"").append(block.type()).append('"');
    return out;
  }

  private static void string(StringBuilder out, String name, String value) {
    name(out, name);
    JsonString.append(out, Surrogates.repaired(value));
  }

  private static void value(StringBuilder out, String name, RawJson value) {
    name(out, name);
    out.append(value.text());
  }

  private static void name(StringBuilder out, String name) {
    out.append(",\"").append(name).append("\":");
  }

  /** Ends the block with its other members. */
  private static void end(StringBuilder out, RawJson others) {
    var text = others.text();
    if (text.length() > 2) {
      out.append(',').append(text, 1, text.length() - 1);
    }
    out.append('}');
  }

  /** The other members of a block, which must not be those that the block writes itself. */
  static RawJson others(RawJson others, String... own) {
    if (others.equals(RawJson.EMPTY_OBJECT)) {
      return others;
    }
    var members = others.members();
    for (var name : own) {
      if (members.containsKey(name)) {
        throw new IllegalArgumentException(
            "\"" + name + "\" is no further member of the block, the block has it already");
      }
    }
    return others;
  }

  static RawJson array(List<ContentBlock> blocks) {
    var out = room(blocks);
    append(out, blocks);
    return RawJson.trusted(out.toString());
  }

  static RawJson base64(String mediaType, String data) {
    var out = new StringBuilder(data.length() + 64).append("{\"type\":\"base64\"");
    string(out, "media_type", mediaType);
    string(out, "data", data);
    return RawJson.trusted(out.append('}').toString());
  }

  static ContentBlock read(RawJson json) {
    var members = json.isObject() ? json.members() : new LinkedHashMap<String, RawJson>();
    var type = text(members.get("type"));
    if (type == null) {
      throw new IllegalArgumentException(
          "expected a content block, an object with a string \"type\"");
    }
    var known = known(type, members);
    return known == null ? new Other(type, json) : known;
  }

  /** The block's own record, if it has one and the members that this record needs. */
  private static @Nullable ContentBlock known(String type, SequencedMap<String, RawJson> members) {
    members.remove("type");
    return switch (type) {
      case "text" -> {
        var text = take(members, "text");
        yield text == null ? null : new Text(text, RawJson.object(members));
      }
      case "thinking" -> thinking(members);
      case "tool_use" -> toolUse(members);
      case "tool_result" -> toolResult(members);
      case "image" -> {
        var source = source(members);
        yield source == null ? null : new Image(source, RawJson.object(members));
      }
      case "document" -> {
        var source = source(members);
        yield source == null ? null : new Document(source, RawJson.object(members));
      }
      default -> null;
    };
  }

  private static @Nullable ContentBlock thinking(SequencedMap<String, RawJson> members) {
    var thinking = take(members, "thinking");
    var signature = text(members.get("signature"));
    if (thinking == null) {
      return null;
    }
    if (signature == null || signature.isEmpty()) {
      return new Thinking(thinking, "", RawJson.object(members));
    }
    members.remove("signature");
    return new Thinking(thinking, signature, RawJson.object(members));
  }

  private static @Nullable ContentBlock toolUse(SequencedMap<String, RawJson> members) {
    var id = take(members, "id");
    var name = take(members, "name");
    var input = members.getOrDefault("input", RawJson.EMPTY_OBJECT);
    if (id == null || name == null || !input.isObject()) {
      return null;
    }
    members.remove("input");
    return new ToolUse(id, name, input, RawJson.object(members), null);
  }

  private static @Nullable ContentBlock toolResult(SequencedMap<String, RawJson> members) {
    var id = take(members, "tool_use_id");
    var content = content(members.get("content"));
    if (id == null || content == null) {
      return null;
    }
    var isError = members.remove("is_error", RawJson.TRUE);
    if (!content.isEmpty() && resultJson(content).equals(members.get("content"))) {
      members.remove("content");
    }
    return new ToolResult(id, content, isError, RawJson.object(members));
  }

  /** The blocks in a result's content; null when it is neither text nor blocks. */
  private static @Nullable List<ContentBlock> content(@Nullable RawJson content) {
    if (content == null || content.equals(RawJson.NULL)) {
      return List.of();
    }
    var text = text(content);
    if (text != null) {
      return List.of(new Text(text));
    }
    if (!content.isArray()) {
      return null;
    }
    var blocks = new ArrayList<ContentBlock>();
    for (var element : content.elements()) {
      if (!element.isObject() || text(element.members().get("type")) == null) {
        return null;
      }
      blocks.add(read(element));
    }
    return blocks;
  }

  private static @Nullable RawJson source(SequencedMap<String, RawJson> members) {
    var source = members.get("source");
    return source != null && source.isObject() ? members.remove("source") : null;
  }

  private static @Nullable String take(SequencedMap<String, RawJson> members, String name) {
    var text = text(members.get(name));
    if (text != null) {
      members.remove(name);
    }
    return text;
  }

  private static @Nullable String text(@Nullable RawJson json) {
    return json != null && json.isString() ? json.asString() : null;
  }
}
