package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ToolTraits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a server is connected; made by {@link McpServer}. Not thread-safe. */
public final class McpServerBuilder {
  private static final Logger LOG = LoggerFactory.getLogger(McpServer.class);
  private static final String VERSION = "2025-11-25";
  private static final Set<String> VERSIONS =
      Set.of(VERSION, "2025-06-18", "2025-03-26", "2024-11-05");

  private static final int MAX_SHOWN = 2_000;

  private final String name;
  private final Function<McpLimits, Transport> transport;
  private McpLimits limits = McpLimits.DEFAULT;
  private Optional<Map<String, String>> pinned = Optional.empty();
  private Duration callTimeout = ToolTraits.DEFAULT.timeout();
  private Function<Offer, UnaryOperator<ToolTraits>> traits = offer -> UnaryOperator.identity();

  McpServerBuilder(String name, Function<McpLimits, Transport> transport) {
    this.name = name;
    this.transport = transport;
  }

  /** What it may cost and say; {@link McpLimits#DEFAULT} otherwise. */
  public McpServerBuilder limits(McpLimits limits) {
    this.limits = Objects.requireNonNull(limits);
    return this;
  }

  /** How long a call may take; 2 minutes otherwise. */
  public McpServerBuilder callTimeout(Duration timeout) {
    this.callTimeout = ToolTraits.DEFAULT.timeout(timeout).timeout();
    return this;
  }

  /**
   * Uses only tools that are the same as when these pins were taken ({@link McpServer#pins()}); the
   * others are {@linkplain McpServer#unapproved() unapproved}. Without pins, what the server offers
   * when it is connected is taken as approved.
   */
  public McpServerBuilder pinned(Map<String, String> pins) {
    this.pinned = Optional.of(Map.copyOf(pins));
    return this;
  }

  /**
   * Believes the server's own hints that a tool is read-only or may be repeated. They decide what
   * runs again after a crash and what policies allow: only for servers that are trusted as much as
   * this program. Otherwise no tool is either.
   */
  public McpServerBuilder trustingAnnotations() {
    this.traits = offer -> given -> hinted(offer, given);
    return this;
  }

  /**
   * Says how each tool behaves, in place of the server.
   *
   * @param traits for the server's name of a tool; its timeout overrides {@link #callTimeout}
   */
  public McpServerBuilder traits(Function<String, ToolTraits> traits) {
    Objects.requireNonNull(traits);
    this.traits = offer -> given -> traits.apply(offer.name());
    return this;
  }

  private static ToolTraits hinted(Offer offer, ToolTraits given) {
    if (offer.isSaidToBeReadOnly()) {
      return given.readOnly();
    }
    return offer.isSaidToBeRepeatable() ? given.repeatable() : given;
  }

  /**
   * Starts or reaches the server and takes its list of tools.
   *
   * @throws IOException when it cannot be started or reached, does not answer in time, or speaks
   *     something else; with the interrupt set when the thread was interrupted
   */
  public McpServer connect() throws IOException {
    var session = new Session(name, transport.apply(limits));
    try {
      return connect(session);
    } catch (InterruptedException e) {
      session.close();
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("interrupted while connecting to " + name);
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private McpServer connect(Session session) throws IOException, InterruptedException {
    var wait = Wait.of(limits.startTime());
    var greeting = session.request("initialize", hello(), wait);
    var version = greeting.path("protocolVersion").asString("");
    if (!VERSIONS.contains(version)) {
      throw new IOException(
          session.named(
              "speaks version \""
                  + Shown.text(version, 100)
                  + "\" of the protocol, of which "
                  + VERSIONS
                  + " are known."));
    }
    session.tell("notifications/initialized");
    session.agreed(version);
    var catalogue = new Catalogue(name, limits, pinned);
    if (greeting.path("capabilities").has("tools")) {
      catalogue.add(Offers.read(session, limits, wait));
    }
    report(catalogue);
    var defaults = ToolTraits.DEFAULT.timeout(callTimeout);
    var tools = catalogue.tools(session, offer -> traits.apply(offer).apply(defaults));
    return new McpServer(session, tools, catalogue);
  }

  private void report(Catalogue catalogue) {
    for (var tool : catalogue.refused()) {
      LOG.warn("tool {} of MCP server {} is left out: {}", tool.tool(), name, tool.reason());
    }
    var waiting = catalogue.unapproved().stream().map(McpServer.Unapproved::tool).toList();
    if (!waiting.isEmpty()) {
      LOG.warn(
          "tools of MCP server {} are new or have changed and wait for approval: {}",
          name,
          Shown.text(waiting.toString(), MAX_SHOWN));
    }
  }

  /** No capabilities: the server may ask for nothing. */
  private static Map<String, RawJson> hello() {
    return Map.of(
        "protocolVersion",
        RawJson.ofString(VERSION),
        "capabilities",
        RawJson.EMPTY_OBJECT,
        "clientInfo",
        RawJson.parse("{\"name\":\"millrace\",\"version\":\"0.1\"}"));
  }
}
