package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Document;
import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Content blocks to JSON and back. What is read is written again value-identical: each member that
 * a block's record would not write as it came is kept among the block's other members.
 *
 * <p>An instance writes one block, member by member.
 */
final class BlockJson {
  private final StringBuilder out = new StringBuilder(64);

  BlockJson(String type) {
    out.append("{\"type\":").append(RawJson.ofString(type).text());
  }

  BlockJson string(String name, String value) {
    return value(name, RawJson.ofString(value));
  }

  BlockJson value(String name, RawJson value) {
    out.append(",\"").append(name).append("\":").append(value.text());
    return this;
  }

  /** Ends the block with its other members. */
  RawJson json(RawJson others) {
    var text = others.text();
    if (text.length() > 2) {
      out.append(',').append(text, 1, text.length() - 1);
    }
    return RawJson.trusted(out.append('}').toString());
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
    return RawJson.array(blocks.stream().map(ContentBlock::json).toList());
  }

  static RawJson base64(String mediaType, String data) {
    return new BlockJson("base64")
        .string("media_type", mediaType)
        .string("data", data)
        .json(RawJson.EMPTY_OBJECT);
  }

  static ContentBlock read(RawJson json) {
    var members = json.isObject() ? json.members() : Map.<String, RawJson>of();
    var type = text(members.get("type"));
    if (type == null) {
      throw new IllegalArgumentException(
          "expected a content block, an object with a string \"type\"");
    }
    var known = known(type, json.members());
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
    if (!content.isEmpty() && ToolResult.content(content).equals(members.get("content"))) {
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
    return json != null && json.isString() ? json.node().asString() : null;
  }
}
