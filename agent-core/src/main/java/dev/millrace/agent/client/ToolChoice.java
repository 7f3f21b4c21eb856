package dev.millrace.agent.client;

import dev.millrace.agent.message.RawJson;

/**
 * Whether the model may or must call tools. Newer models take only {@link #auto()} and {@link
 * #none()}.
 *
 * @param json the API's {@code tool_choice} object
 */
public record ToolChoice(RawJson json) {
  /** It may. */
  public static ToolChoice auto() {
    return new ToolChoice(RawJson.parse("{\"type\":\"auto\"}"));
  }

  /** It may, but only one call a message. */
  public static ToolChoice autoOneAtATime() {
    return new ToolChoice(RawJson.parse("{\"type\":\"auto\",\"disable_parallel_tool_use\":true}"));
  }

  /** It must call some tool. */
  public static ToolChoice any() {
    return new ToolChoice(RawJson.parse("{\"type\":\"any\"}"));
  }

  /** It must call this tool. */
  public static ToolChoice tool(String name) {
    return new ToolChoice(
        RawJson.parse("{\"type\":\"tool\",\"name\":" + RawJson.ofString(name) + "}"));
  }

  /** It must not. */
  public static ToolChoice none() {
    return new ToolChoice(RawJson.parse("{\"type\":\"none\"}"));
  }
}
