package dev.millrace.tools.mcp;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Document;
import dev.millrace.agent.message.ContentBlock.Image;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What a call's result says to the model. All of it is data; nothing in it decides anything. */
final class Answer {
  private static final Set<String> PICTURES =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp");
  private static final int MAX_BASE64 = 5 << 20; // what the API takes of a picture
  private static final int MAX_NOTE = 1_000;

  private Answer() {}

  /**
   * The blocks of a result.
   *
   * @throws ToolFailure when the server says that the call failed
   * @throws IOException when the result is none
   */
  static ToolOutput of(JsonNode result, Session session) throws ToolFailure, IOException {
    var content = result.path("content");
    if (!content.isArray() && !result.has("structuredContent")) {
      throw new IOException(session.named("answered with something that is no tool result."));
    }
    List<ContentBlock> blocks = new ArrayList<>();
    content.forEach(item -> blocks.add(block(item)));
    // Servers give the same as text, for clients that know nothing of structure.
    if (result.has("structuredContent") && blocks.stream().noneMatch(Text.class::isInstance)) {
      blocks.add(new Text(result.get("structuredContent").toString()));
    }
    if (result.path("isError").asBoolean(false)) {
      throw new ToolFailure(session.named("says that the call failed."), blocks);
    }
    return new ToolOutput(blocks);
  }

  private static ContentBlock block(JsonNode item) {
    return switch (text(item, "type")) {
      case "text" -> new Text(item.path("text").asString(""));
      case "image", "audio" -> bytes(item, "data", text(item, "type"));
      case "resource" -> resource(item.path("resource"));
      case "resource_link" ->
          note("a link to the resource " + text(item, "uri") + " " + text(item, "description"));
      default -> note("content of the unknown kind \"" + text(item, "type") + "\", left out");
    };
  }

  private static ContentBlock resource(JsonNode resource) {
    var uri = text(resource, "uri");
    return resource.path("text").isString()
        ? new Text("[resource " + Shown.text(uri, MAX_NOTE) + "]\n" + text(resource, "text"))
        : bytes(resource, "blob", "resource " + uri);
  }

  private static ContentBlock bytes(JsonNode item, String member, String what) {
    var type = text(item, "mimeType");
    var data = text(item, member);
    if (data.length() <= MAX_BASE64
        && (PICTURES.contains(type) || type.equals("application/pdf"))) {
      try {
        var bytes = Base64.getDecoder().decode(data);
        return PICTURES.contains(type) ? Image.of(type, bytes) : Document.ofPdf(bytes);
      } catch (IllegalArgumentException e) {
        return note(what + " of type " + type + ", left out: it is not base64");
      }
    }
    var size = Shown.number(data.length() / 4 * 3L);
    return note(what + " of type " + type + " and about " + size + " bytes, left out");
  }

  private static String text(JsonNode item, String member) {
    return item.path(member).asString("");
  }

  private static Text note(String note) {
    return new Text("[" + Shown.text(note, MAX_NOTE) + "]");
  }
}
