package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What a server lists, page by page, up to a number of tools and as many pages.
 *
 * @param offers those with a name, which may be the name of several
 * @param refused those that have none, and those beyond the number
 */
record Offers(List<Offer> offers, List<McpServer.Refused> refused) {
  private static final int MAX_NAME = 256;

  /** Reads the list. */
  static Offers read(Session session, McpLimits limits, Wait wait)
      throws IOException, InterruptedException {
    var read = new Offers(new ArrayList<>(), new ArrayList<>());
    Map<String, RawJson> params = Map.of();
    Set<String> cursors = new HashSet<>();
    do {
      var page = session.request("tools/list", params, wait);
      if (!read.add(page.path("tools"), limits)) {
        return read;
      }
      var cursor = page.path("nextCursor");
      params = cursor.isString() ? Map.of("cursor", RawJson.ofString(cursor.asString())) : Map.of();
      if (!params.isEmpty()
          && (!cursors.add(cursor.asString()) || cursors.size() > limits.tools())) {
        throw new IOException(session.named("lists its tools in pages without end."));
      }
    } while (!params.isEmpty());
    return read;
  }

  /** Adds a page; false when the number is reached and there is more. */
  private boolean add(JsonNode tools, McpLimits limits) {
    int most = limits.tools();
    for (var tool : tools) {
      if (offers.size() + refused.size() == most) {
        refused.add(
            new McpServer.Refused(
                "(all others)",
                "the server lists more than "
                    + Shown.number(most)
                    + " tools: raise McpLimits.tools, or have it offer fewer"));
        return false;
      }
      addOne(tool, limits);
    }
    return true;
  }

  private void addOne(JsonNode tool, McpLimits limits) {
    var name = tool.path("name").asString("");
    if (name.isBlank() || name.length() > MAX_NAME || !Shown.isUnicode(name)) {
      refused.add(
          new McpServer.Refused(
              Shown.text(name, MAX_NAME), "a name has 1 to " + MAX_NAME + " whole characters"));
    } else {
      offers.add(Offer.of(name, tool, limits));
    }
  }

  /**
   * The pins by name. Where several tools share a name there is no telling which one is called, so
   * that name has none.
   */
  Map<String, String> pins() {
    var pins = new TreeMap<String, String>();
    Set<String> doubles = new HashSet<>();
    for (var offer : offers) {
      if (pins.put(offer.name(), offer.pin()) != null) {
        doubles.add(offer.name());
      }
    }
    pins.keySet().removeAll(doubles);
    return pins;
  }
}
