package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a {@link MessagesServer} was asked: one HTTP request, with a view of the conversation in it.
 *
 * <p>The views read the body as the Messages API would; where the body is something else they are
 * empty. Instances do not change and may be used by any thread. {@code toString} shows no header,
 * for headers hold keys.
 */
public final class RecordedRequest {
  private final int number;
  private final int connection;
  private final long arrivalNanos;
  private final String method;
  private final String target;
  private final Map<String, List<String>> headers;
  private final byte[] bytes;
  private final JsonNode body;

  RecordedRequest(int number, int connection, long arrivalNanos, HttpRequest http, JsonNode body) {
    this.number = number;
    this.connection = connection;
    this.arrivalNanos = arrivalNanos;
    this.method = http.method();
    this.target = http.target();
    this.headers = http.headers();
    this.bytes = http.body();
    this.body = body;
  }

  /**
   * The result of one tool call, as the client reports it.
   *
   * @param toolUseId the call that it answers
   * @param toolName what that call called, or {@code ""} if no earlier message holds it
   * @param text its text; of several text blocks, a line each
   * @param isError whether the call failed
   * @param block the whole block
   */
  public record ToolResult(
      String toolUseId, String toolName, String text, boolean isError, JsonNode block) {}

  /** Number of the request on its server, from 1 in the order of arrival. */
  public int number() {
    return number;
  }

  /** Number of the connection that it came on, from 1. */
  public int connection() {
    return connection;
  }

  /** {@link System#nanoTime()} when the whole request had been read. */
  public long arrivalNanos() {
    return arrivalNanos;
  }

  /** The HTTP method, as sent. */
  public String method() {
    return method;
  }

  /** The path without the query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The request target as sent, with its query. */
  public String target() {
    return target;
  }

  /** The headers, whose names are found in any case; each value once, in the order sent. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** The body as sent. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Number of bytes in the body. */
  public int size() {
    return bytes.length;
  }

  /** The body as JSON, or a missing node if it is none. */
  public JsonNode body() {
    return body;
  }

  /** The model asked, or {@code ""}. */
  public String model() {
    return body.path("model").asString("");
  }

  /** Whether a stream is asked for. */
  public boolean streaming() {
    return body.path("stream").asBoolean(false);
  }

  /** The messages, oldest first. */
  public List<JsonNode> messages() {
    return elements(body.path("messages"));
  }

  /** Which model turn of the conversation is asked for: 1 when no assistant message is there. */
  public int turn() {
    return 1 + (int) messages().stream().filter(m -> hasRole(m, "assistant")).count();
  }

  /** The names of the tools offered, in order. */
  public List<String> toolNames() {
    return elements(body.path("tools")).stream().map(t -> t.path("name").asString("")).toList();
  }

  /** The text of the last user message that has any; of several text blocks, a line each. */
  public String lastUserText() {
    return messages().reversed().stream()
        .filter(message -> hasRole(message, "user"))
        .map(message -> text(message.path("content")))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** The tool results sent after the last assistant message, in order. */
  public List<ToolResult> toolResults() {
    var results = new ArrayList<ToolResult>();
    for (JsonNode message : messages()) {
      if (hasRole(message, "assistant")) {
        results.clear();
      }
      for (JsonNode block : message.path("content")) {
        if (block.path("type").asString("").equals("tool_result")) {
          results.add(toolResult(block));
        }
      }
    }
    return List.copyOf(results);
  }

  /** The first of the {@link #toolResults()} of a tool of this name. */
  public Optional<ToolResult> toolResult(String toolName) {
    return toolResults().stream().filter(r -> r.toolName().equals(toolName)).findFirst();
  }

  private ToolResult toolResult(JsonNode block) {
    String id = block.path("tool_use_id").asString("");
    return new ToolResult(
        id,
        toolName(id),
        text(block.path("content")),
        block.path("is_error").asBoolean(false),
        block);
  }

  private String toolName(String toolUseId) {
    for (JsonNode message : messages().reversed()) {
      for (JsonNode block : message.path("content")) {
        if (block.path("type").asString("").equals("tool_use")
            && block.path("id").asString("").equals(toolUseId)) {
          return block.path("name").asString("");
        }
      }
    }
    return "";
  }

  private static String text(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    var lines = new ArrayList<String>();
    for (JsonNode block : content) {
      if (block.path("type").asString("").equals("text")) {
        lines.add(block.path("text").asString(""));
      }
    }
    return String.join("\n", lines);
  }

  private static boolean hasRole(JsonNode message, String role) {
    return message.path("role").asString("").equals(role);
  }

  private static List<JsonNode> elements(JsonNode array) {
    var elements = new ArrayList<JsonNode>();
    array.forEach(elements::add);
    return elements;
  }

  @Override
  public String toString() {
    return "request #%d %s %s (turn %d, %d bytes)"
        .formatted(number, method, path(), turn(), bytes.length);
  }
}
