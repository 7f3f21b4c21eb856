package dev.millrace.tools.mcp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** JSON of which there is one text only, so that it can be hashed. */
final class Canonical {
  private Canonical() {}

  /** The value with all members in order of their names; what is missing is null. */
  static String of(JsonNode value) {
    return sorted(value).toString();
  }

  private static JsonNode sorted(JsonNode value) {
    var nodes = JsonNodeFactory.instance;
    if (value.isObject()) {
      var members = new TreeMap<String, JsonNode>();
      value.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
      return nodes.objectNode().setAll(members);
    }
    if (value.isArray()) {
      var elements = new ArrayList<JsonNode>();
      value.forEach(element -> elements.add(sorted(element)));
      return nodes.arrayNode().addAll(elements);
    }
    return value.isMissingNode() ? nodes.nullNode() : value;
  }

  /** The hash of a text, in 64 hexadecimal digits. */
  static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
