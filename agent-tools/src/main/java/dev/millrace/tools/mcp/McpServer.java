package dev.millrace.tools.mcp;

import dev.millrace.agent.tool.Tool;
import java.util.List;
import java.util.Map;

/**
 * A connected MCP server and its tools.
 *
 * <pre>{@code
 * var command = McpCommand.of("npx", "-y", "@modelcontextprotocol/server-filesystem", "/data");
 * try (var files = McpServer.stdio("files", command).connect()) {
 *   var runner = AgentRunner.builder(client, model).tools(Toolbox.of(files.tools())).build();
 * }
 * }</pre>
 *
 * <p>The model knows a tool as {@code server__tool}. The list of tools is what the server offered
 * when it was connected: a tool that it changes later is not called any more, and one that it adds
 * is not seen. What a server says of its tools, and what they answer, reaches the model as it is;
 * permissions must not rest on it.
 *
 * <p>The server can ask for nothing: sampling, elicitation and roots are not offered. When it ends,
 * all calls fail at once, and so do later ones; it is not started again, so connect anew. Closing
 * ends the process of a server and all that it started, and is to be done once no run uses its
 * tools. Thread-safe.
 */
public final class McpServer implements AutoCloseable {
  private final Session session;
  private final List<Tool> tools;
  private final Catalogue catalogue;

  McpServer(Session session, List<Tool> tools, Catalogue catalogue) {
    this.session = session;
    this.tools = tools;
    this.catalogue = catalogue;
  }

  /**
   * A server that is a child process.
   *
   * @param name prefix of its tools: 1 to 32 letters, digits, hyphens and single underscores
   * @throws IllegalArgumentException for another name
   */
  public static McpServerBuilder stdio(String name, McpCommand command) {
    ToolName.checkServer(name);
    return new McpServerBuilder(name, limits -> new StdioTransport(name, command, limits));
  }

  /** A server that is reached by streamable HTTP; otherwise as {@link #stdio}. */
  public static McpServerBuilder http(String name, McpEndpoint endpoint) {
    ToolName.checkServer(name);
    return new McpServerBuilder(name, limits -> new HttpTransport(name, endpoint, limits));
  }

  /** The tools that may be used, in the server's order. */
  public List<Tool> tools() {
    return tools;
  }

  /** What the server offers and cannot be used, with reasons. */
  public List<Refused> refused() {
    return catalogue.refused();
  }

  /**
   * What the server offers and {@linkplain McpServerBuilder#pinned the pins} do not cover. Somebody
   * who looked at them can add their pins and connect again.
   */
  public List<Unapproved> unapproved() {
    return catalogue.unapproved();
  }

  /**
   * A SHA-256 for each of {@link #tools()}, of its name, description, schema and annotations, by
   * the server's name of the tool; to be stored when somebody has approved them.
   */
  public Map<String, String> pins() {
    return Map.copyOf(catalogue.pins());
  }

  /** Ends it within some seconds; calls that still run fail. Closing it again does nothing. */
  @Override
  public void close() {
    session.close();
  }

  /**
   * A tool that is left out.
   *
   * @param tool the server's name of it, fit to be shown
   * @param reason fit to be shown
   */
  public record Refused(String tool, String reason) {}

  /**
   * A tool that is new or has changed since it was approved.
   *
   * @param tool the server's name of it, as it came
   * @param description what the model would be told, as it came: escape it before it is shown
   * @param schema of its input, as JSON
   * @param pin what would approve it
   */
  public record Unapproved(String tool, String description, String schema, String pin) {}
}
