package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Reads the API's {@code messages} array; what does not even look like one is refused. */
final class TranscriptReader {
  private TranscriptReader() {}

  static Transcript.Loaded read(String json) {
    var root = parse(json);
    var array = root.isObject() && root.node().has("messages") ? root.member("messages") : root;
    if (!array.isArray()) {
      throw invalid(
          "expected an array of messages, or an object with one under \"messages\", but this is "
              + (root.isObject() ? "an object without it" : "neither"));
    }
    var elements = array.elements();
    var messages = new ArrayList<Message>();
    for (int i = 0; i < elements.size(); i++) {
      messages.add(message(elements.get(i), "/" + i));
    }
    var repair = new TranscriptRepair();
    return new Transcript.Loaded(Transcript.trusted(repair.repaired(messages)), repair.report());
  }

  private static RawJson parse(String json) {
    try {
      return RawJson.parseRepairing(json);
    } catch (InvalidJsonException e) {
      throw new InvalidTranscriptException("not a transcript: " + e.getMessage(), e);
    }
  }

  private static Message message(RawJson json, String pointer) {
    var node = json.node();
    var content = node.path("content");
    List<ContentBlock> blocks = new ArrayList<>();
    if (content.isString()) {
      blocks.add(new Text(content.asString()));
    } else if (content.isArray()) {
      for (var block : json.member("content").elements()) {
        blocks.add(block(block, pointer + "/content/" + blocks.size()));
      }
    } else {
      throw invalid("expected a message with a content at " + pointer);
    }
    return Message.read(role(node, pointer), blocks, json);
  }

  private static ContentBlock block(RawJson json, String pointer) {
    if (!json.node().path("type").isString()) {
      throw invalid("expected a content block with a \"type\" at " + pointer);
    }
    return ContentBlock.of(json);
  }

  private static Role role(JsonNode message, String pointer) {
    var role = message.path("role");
    for (var known : Role.values()) {
      if (role.isString() && known.value().equals(role.asString().toLowerCase(Locale.ROOT))) {
        return known;
      }
    }
    throw invalid("expected the role user, assistant or system at " + pointer + "/role");
  }

  private static InvalidTranscriptException invalid(String what) {
    return new InvalidTranscriptException("not a transcript: " + what, null);
  }
}
