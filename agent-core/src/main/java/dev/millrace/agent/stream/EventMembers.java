package dev.millrace.agent.stream;

import dev.millrace.agent.message.RawJson;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The outer members of one JSON object, found in one pass that makes no tree: what is inside them
 * is checked, but read only if it is asked for.
 */
final class EventMembers {
  private final String text;

  /** The value and its members, when it was recognised as exact; then there is nothing else. */
  private final @Nullable RawJson exact;

  private final Map<String, Member> members;

  /** What was asked for last: as a rule first whether it is there and then what it is. */
  private @Nullable String lastName;

  private @Nullable RawJson lastValue;

  /** A string's content, or another value's JSON. */
  private record Member(JsonToken token, String text) {}

  /**
   * The members of an object; none if the text is another value.
   *
   * @throws tools.jackson.core.JacksonException unless it is one JSON value without duplicate keys
   */
  EventMembers(String json) {
    this(json, RawJson.exact(json).filter(RawJson::isObject).orElse(null));
  }

  private EventMembers(String text, @Nullable RawJson exact) {
    this.text = text;
    this.exact = exact;
    this.members = exact == null ? read(text) : Map.of();
  }

  private static Map<String, Member> read(String json) {
    var members = new HashMap<String, Member>();
    try (JsonParser parser = JsonTrees.strictParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        JsonTrees.readStrict(json); // which tells what is wrong, unless it is another value
        return members;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        members.put(name, member(parser, json));
      }
      if (parser.nextToken() != null) {
        JsonTrees.readStrict(json); // which refuses what follows the object
      }
    }
    return members;
  }

  private static Member member(JsonParser parser, String json) {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_STRING) {
      return new Member(token, parser.getString());
    }
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = (int) parser.currentLocation().getCharOffset();
    return new Member(token, json.substring(from, to));
  }

  /** The whole value as it is kept: what goes into a later request must be valid Unicode. */
  RawJson whole() {
    return exact == null ? RawJson.parseRepairing(text) : exact;
  }

  boolean isObject(String name) {
    if (exact != null) {
      RawJson value = value(exact, name);
      return value != null && value.isObject();
    }
    return is(JsonToken.START_OBJECT, members.get(name));
  }

  boolean isString(String name) {
    if (exact != null) {
      RawJson value = value(exact, name);
      return value != null && value.isString();
    }
    return is(JsonToken.VALUE_STRING, members.get(name));
  }

  private @Nullable RawJson value(RawJson object, String name) {
    if (!name.equals(lastName)) {
      lastName = name;
      lastValue = object.find(name).orElse(null);
    }
    return lastValue;
  }

  private static boolean is(JsonToken token, @Nullable Member member) {
    return member != null && member.token == token;
  }

  /** The string's content; empty if there is no string of that name. */
  String string(String name) {
    if (exact != null) {
      RawJson value = value(exact, name);
      return value != null && value.isString() ? value.asString() : "";
    }
    Member member = members.get(name);
    return member != null && member.token == JsonToken.VALUE_STRING ? member.text : "";
  }

  /** The value's JSON; empty if there is none of that name or it is a string. */
  String json(String name) {
    if (exact != null) {
      RawJson value = value(exact, name);
      return value == null || value.isString() ? "" : value.text();
    }
    Member member = members.get(name);
    return member == null || member.token == JsonToken.VALUE_STRING ? "" : member.text;
  }

  /** The members of an object; none if there is no object of that name. */
  EventMembers inner(String name) {
    if (exact != null) {
      RawJson value = value(exact, name);
      RawJson inner = value != null && value.isObject() ? value : RawJson.EMPTY_OBJECT;
      return new EventMembers(inner.text(), inner);
    }
    Member member = members.get(name);
    return member != null && member.token == JsonToken.START_OBJECT
        ? new EventMembers(member.text)
        : new EventMembers("{}", RawJson.EMPTY_OBJECT);
  }

  /** An object as it is kept, {@code {}} if there is none of that name. */
  RawJson object(String name) {
    return inner(name).whole();
  }

  /** The value as a tree; missing if there is none of that name or it is a string. */
  JsonNode tree(String name) {
    String json = json(name);
    return json.isEmpty() ? MissingNode.getInstance() : JsonTrees.readStrict(json);
  }
}
