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

  /** The value, when it was recognised as exact; its members are looked up in it then. */
  private final @Nullable RawJson exact;

  /** Those of a value that was not. */
  private final Map<String, Member> members;

  /** What was asked for last: as a rule first whether it is there and then what it is. */
  private @Nullable String lastName;

  private @Nullable Member lastMember;

  /**
   * A member of the object.
   *
   * @param text a string's content, or another value's JSON
   * @param exact the value, when the whole was recognised as exact
   */
  private record Member(String text, boolean isString, boolean isObject, @Nullable RawJson exact) {}

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
      return new Member(parser.getString(), true, false, null);
    }
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = (int) parser.currentLocation().getCharOffset();
    return new Member(json.substring(from, to), false, token == JsonToken.START_OBJECT, null);
  }

  private static Member member(RawJson value) {
    return value.isString()
        ? new Member(value.asString(), true, false, value)
        : new Member(value.text(), false, value.isObject(), value);
  }

  private @Nullable Member find(String name) {
    if (!name.equals(lastName)) {
      lastName = name;
      lastMember =
          exact == null
              ? members.get(name)
              : exact.find(name).map(EventMembers::member).orElse(null);
    }
    return lastMember;
  }

  /** The whole value as it is kept: what goes into a later request must be valid Unicode. */
  RawJson whole() {
    return exact == null ? RawJson.parseRepairing(text) : exact;
  }

  boolean isObject(String name) {
    Member member = find(name);
    return member != null && member.isObject;
  }

  boolean isString(String name) {
    Member member = find(name);
    return member != null && member.isString;
  }

  /** The string's content; empty if there is no string of that name. */
  String string(String name) {
    Member member = find(name);
    return member != null && member.isString ? member.text : "";
  }

  /** The value's JSON; empty if there is none of that name or it is a string. */
  String json(String name) {
    Member member = find(name);
    return member == null || member.isString ? "" : member.text;
  }

  /** The members of an object; none if there is no object of that name. */
  EventMembers inner(String name) {
    Member member = find(name);
    if (member == null || !member.isObject) {
      return new EventMembers("{}", RawJson.EMPTY_OBJECT);
    }
    return member.exact == null
        ? new EventMembers(member.text)
        : new EventMembers(member.text, member.exact);
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
