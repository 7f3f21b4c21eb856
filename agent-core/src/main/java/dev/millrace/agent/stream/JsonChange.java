package dev.millrace.agent.stream;

import tools.jackson.databind.JsonNode;

/**
 * A piece of news about a growing JSON object. Places are named by JSON pointers (RFC 6901), such
 * as {@code /edits/0/text}.
 */
public sealed interface JsonChange {
  /** The place of the value. */
  String pointer();

  /**
   * More of a string has arrived. The texts of one pointer, put together, are the string.
   *
   * @param text what was appended, unescaped; never empty
   */
  record Appended(String pointer, String text) implements JsonChange {}

  /**
   * A value is final, although what follows it may still be coming. Strings, numbers, literals,
   * arrays and objects are all told of, the outermost object last, with an empty pointer.
   *
   * <p>It refers to the growing text instead of holding a copy. Equality is that of identity.
   */
  final class Closed implements JsonChange {
    private final String pointer;
    private final PartialJson json;
    private final int from;
    private final int to;

    Closed(String pointer, PartialJson json, int from, int to) {
      this.pointer = pointer;
      this.json = json;
      this.from = from;
      this.to = to;
    }

    @Override
    public String pointer() {
      return pointer;
    }

    /** The final value as a fresh tree, read at each call; numbers are exact. */
    public JsonNode value() {
      return JsonTrees.read(json.raw(from, to));
    }

    /** The place, without the value, which may be large. */
    @Override
    public String toString() {
      return "Closed[pointer=" + pointer + "]";
    }
  }
}
