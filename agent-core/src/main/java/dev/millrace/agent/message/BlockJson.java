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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Content blocks to JSON and back. An instance writes one block, member by member. */
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

  /** Adds the members of an object behind those already there. */
  BlockJson others(RawJson object) {
    var text = object.text();
    if (text.length() > 2) {
      out.append(',').append(text, 1, text.length() - 1);
    }
    return this;
  }

  RawJson json() {
    return RawJson.trusted(out.append('}').toString());
  }

  static RawJson array(List<ContentBlock> blocks) {
    return RawJson.array(blocks.stream().map(ContentBlock::json).toList());
  }

  static RawJson base64(String mediaType, String data) {
    return new BlockJson("base64").string("media_type", mediaType).string("data", data).json();
  }

  static ContentBlock read(RawJson json) {
    var node = json.node();
    var type = node.path("type");
    if (!type.isString()) {
      throw new IllegalArgumentException(
          "expected a content block, an object with a string \"type\"");
    }
    var object = (ObjectNode) node;
    if (!isKnown(type.asString(), object)) {
      return new Other(type.asString(), json);
    }
    return switch (type.asString()) {
      case "text" -> new Text(take(object, "text"), rest(object));
      case "thinking" ->
          new Thinking(take(object, "thinking"), take(object, "signature"), rest(object));
      case "tool_use" -> toolUse(json, object);
      case "tool_result" -> toolResult(json, object);
      case "image" -> new Image(RawJson.of(object.remove("source")), rest(object));
      default -> new Document(RawJson.of(object.remove("source")), rest(object));
    };
  }

  /** Whether the block has a record of its own and the members that this record needs. */
  private static boolean isKnown(String type, ObjectNode object) {
    return switch (type) {
      case "text" -> has(object, "text");
      case "thinking" -> has(object, "thinking");
      case "tool_use" -> has(object, "id") && has(object, "name");
      case "tool_result" -> has(object, "tool_use_id");
      case "image", "document" -> object.path("source").isObject();
      default -> false;
    };
  }

  private static ContentBlock toolUse(RawJson json, ObjectNode object) {
    var input = object.remove("input");
    if (input != null && !input.isObject()) {
      return new Other("tool_use", json);
    }
    return new ToolUse(
        take(object, "id"),
        take(object, "name"),
        input == null ? RawJson.EMPTY_OBJECT : json.member("input"),
        rest(object),
        null);
  }

  private static ContentBlock toolResult(RawJson json, ObjectNode object) {
    var content = object.path("content");
    var blocks = new ArrayList<ContentBlock>();
    if (content.isString()) {
      blocks.add(new Text(content.asString()));
    } else if (content.isArray()) {
      for (var block : content) {
        if (!block.path("type").isString()) {
          return new Other("tool_result", json);
        }
        blocks.add(read(RawJson.of(block)));
      }
    }
    var isError = object.path("is_error").asBoolean(false);
    var id = take(object, "tool_use_id");
    object.remove(List.of("content", "is_error"));
    return new ToolResult(id, blocks, isError, rest(object));
  }

  private static boolean has(ObjectNode object, String name) {
    return object.path(name).isString();
  }

  private static String take(ObjectNode object, String name) {
    JsonNode value = object.get(name);
    if (value == null || !value.isString()) {
      return "";
    }
    object.remove(name);
    return value.asString();
  }

  private static RawJson rest(ObjectNode object) {
    object.remove("type");
    return object.isEmpty() ? RawJson.EMPTY_OBJECT : RawJson.of(object);
  }
}
