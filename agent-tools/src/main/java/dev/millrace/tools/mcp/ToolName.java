package dev.millrace.tools.mcp;

import java.util.regex.Pattern;

/** What a server's tool is called by the model: {@code server__tool}, as the API allows it. */
final class ToolName {
  private static final int MAX = 64;
  private static final int HASH = 8;
  private static final Pattern SERVER = Pattern.compile("[a-zA-Z0-9-]+(_[a-zA-Z0-9-]+)*");
  private static final int MAX_SERVER = 32;

  private ToolName() {}

  /**
   * Checks the name that a caller gives a server. It has no double underscore, so that where it
   * ends is never in doubt and no server's tool can take the name of another's.
   */
  static String checkServer(String server) {
    if (server.length() > MAX_SERVER || !SERVER.matcher(server).matches()) {
      throw new IllegalArgumentException(
          "\""
              + Shown.text(server, 100)
              + "\" cannot name an MCP server: use 1 to "
              + MAX_SERVER
              + " letters, digits, hyphens and single underscores within");
    }
    return server;
  }

  /**
   * The name for the model. What the API does not allow in a tool's own name becomes an underscore,
   * and what is too long is cut; a hash of the whole then follows, to tell it from its likes.
   */
  static String of(String server, String tool) {
    var prefix = server + "__";
    var safe = tool.replaceAll("[^a-zA-Z0-9_-]", "_");
    if (safe.equals(tool) && prefix.length() + tool.length() <= MAX) {
      return prefix + tool;
    }
    int room = MAX - prefix.length() - 1 - HASH;
    return prefix
        + safe.substring(0, Math.min(room, safe.length()))
        + "_"
        + Canonical.sha256(tool).substring(0, HASH);
  }
}
