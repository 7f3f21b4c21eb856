package dev.millrace.tools.mcp;

import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.InvalidSchemaException;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolTraits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sorts what a server offers into tools, tools that wait for approval, and tools that are refused,
 * so that one bad tool does not take the others away. For one thread.
 */
final class Catalogue {
  private final String server;
  private final McpLimits limits;
  private final Optional<Map<String, String>> pinned;
  private final List<Candidate> usable = new ArrayList<>();
  private final List<McpServer.Unapproved> unapproved = new ArrayList<>();
  private final List<McpServer.Refused> refused = new ArrayList<>();

  private record Candidate(Offer offer, String name, JsonSchema schema) {}

  /**
   * A catalogue of nothing.
   *
   * @param pinned what was approved; everything is when this is empty
   */
  Catalogue(String server, McpLimits limits, Optional<Map<String, String>> pinned) {
    this.server = server;
    this.limits = limits;
    this.pinned = pinned;
  }

  void add(Offers offers) {
    refused.addAll(offers.refused());
    var names = new HashMap<String, Integer>();
    offers.offers().forEach(offer -> names.merge(name(offer), 1, Integer::sum));
    for (var offer : offers.offers()) {
      if (names.getOrDefault(name(offer), 0) > 1) {
        refuse(offer, "several of its tools are named " + name(offer) + ", so none is used");
      } else {
        add(offer);
      }
    }
  }

  private String name(Offer offer) {
    return ToolName.of(server, offer.name());
  }

  private void add(Offer offer) {
    var schema = schema(offer);
    if (schema == null) {
      return;
    }
    var pin = offer.pin();
    if (pinned.isPresent() && !pin.equals(pinned.get().get(offer.name()))) {
      unapproved.add(
          new McpServer.Unapproved(offer.name(), offer.description(), schema.json(), pin));
    } else {
      usable.add(new Candidate(offer, name(offer), schema));
    }
  }

  private @Nullable JsonSchema schema(Offer offer) {
    if (offer.schemaCharacters() > limits.schemaCharacters()) {
      refuse(
          offer,
          "its schema has "
              + Shown.number(offer.schemaCharacters())
              + " characters, at most "
              + Shown.number(limits.schemaCharacters())
              + " are allowed");
      return null;
    }
    try {
      return JsonSchema.of(RawJson.of(offer.schema()).node()); // with whole characters only
    } catch (InvalidSchemaException | InvalidJsonException e) {
      refuse(offer, "its schema cannot be used: " + e.getMessage());
      return null;
    }
  }

  private void refuse(Offer offer, String reason) {
    refused.add(new McpServer.Refused(Shown.text(offer.name(), 256), Shown.text(reason, 1_000)));
  }

  /** The tools that may be used. */
  List<Tool> tools(Session session, Function<Offer, ToolTraits> traits) {
    var approvals = new Approvals(session, limits, pins());
    List<Tool> tools = new ArrayList<>();
    for (var candidate : usable) {
      var offer = candidate.offer();
      tools.add(
          new RemoteTool(
              candidate.name(),
              offer.description(),
              candidate.schema(),
              traits.apply(offer),
              offer.name(),
              session,
              approvals));
    }
    return List.copyOf(tools);
  }

  /** The pins of the tools that may be used. */
  Map<String, String> pins() {
    var pins = new TreeMap<String, String>();
    usable.forEach(candidate -> pins.put(candidate.offer().name(), candidate.offer().pin()));
    return pins;
  }

  List<McpServer.Unapproved> unapproved() {
    return List.copyOf(unapproved);
  }

  List<McpServer.Refused> refused() {
    return List.copyOf(refused);
  }
}
