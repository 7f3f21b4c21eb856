package dev.millrace.tools.mcp;

import java.time.Duration;

/**
 * What a server may cost and say.
 *
 * @param startTime how long it may take to start, greet and list its tools
 * @param tools most tools that are taken from it, at most 1,000; what it lists beyond is left out
 * @param descriptionCharacters most characters of a description; the rest is cut off
 * @param schemaCharacters most characters of a schema; a tool with a longer one is left out
 * @param messageBytes most bytes of one message; the call that a longer one answers fails
 */
public record McpLimits(
    Duration startTime,
    int tools,
    int descriptionCharacters,
    int schemaCharacters,
    int messageBytes) {

  /** 30 s, 256 tools, 16,384 characters of description, 262,144 of schema, 16 MiB a message. */
  public static final McpLimits DEFAULT =
      new McpLimits(Duration.ofSeconds(30), 256, 16 * 1024, 256 * 1024, 16 << 20);

  private static final int MAX_TOOLS = 1_000;

  public McpLimits {
    if (!startTime.isPositive()) {
      throw new IllegalArgumentException("startTime must be positive, not " + startTime);
    }
    between("tools", tools, 1, MAX_TOOLS);
    between("descriptionCharacters", descriptionCharacters, 100, Integer.MAX_VALUE);
    between("schemaCharacters", schemaCharacters, 100, Integer.MAX_VALUE);
    between("messageBytes", messageBytes, 10_000, 1 << 30);
  }

  private static void between(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
