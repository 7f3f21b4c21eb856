package dev.millrace.agent.message;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON value kept as its exact text: immutable, compact, with the order of its members and the
 * digits of its numbers as they came.
 *
 * <p>It is what Millrace stores and replays wherever JSON itself is the value: the input of a tool
 * use, a block of an unknown type. Equality is that of the text. Thread-safe.
 */
public final class RawJson {
  /** Deepest nesting of objects and arrays that {@link #parse(String)} accepts. */
  public static final int MAX_DEPTH = 500;

  /** Most characters a number may have. */
  public static final int MAX_NUMBER_LENGTH = 1_000;

  /** The empty object. */
  public static final RawJson EMPTY_OBJECT = new RawJson("{}");

  static final RawJson TRUE = new RawJson("true");
  static final RawJson NULL = new RawJson("null");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Apart, since the mapper takes a tenth of a second to load and many programs need none. */
  private static final class Writer {
    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();
  }

  private final String text;

  private RawJson(String text) {
    this.text = text;
  }

  /**
   * Reads exactly one JSON value.
   *
   * @throws InvalidJsonException when the text is no JSON, holds something after the value, repeats
   *     a key, is nested deeper than {@link #MAX_DEPTH}, or holds a lone surrogate or a number of
   *     more than {@link #MAX_NUMBER_LENGTH} characters
   */
  public static RawJson parse(String json) {
    return parse(json, MAX_DEPTH);
  }

  /**
   * Reads exactly one JSON value nested at most {@code maxDepth} deep.
   *
   * @throws InvalidJsonException as {@link #parse(String)}
   */
  public static RawJson parse(String json, int maxDepth) {
    var compact = JsonCheck.compact(json, maxDepth);
    if (compact != null) {
      return new RawJson(compact);
    }
    var copy = read(json, maxDepth);
    if (copy.repairedAt() >= 0) {
      throw new InvalidJsonException(
          "a string holds half of a surrogate pair, which no UTF-8 text can hold",
          copy.repairedAt(),
          new RawJson(copy.text()),
          null);
    }
    return new RawJson(copy.text());
  }

  /**
   * Reads exactly one JSON value and replaces each lone surrogate in it by U+FFFD.
   *
   * @throws InvalidJsonException as {@link #parse(String)}, but not for lone surrogates
   */
  public static RawJson parseRepairing(String json) {
    return exact(json).orElseGet(() -> new RawJson(read(json, MAX_DEPTH).text()));
  }

  /**
   * The value of a tree; lone surrogates in its strings become U+FFFD.
   *
   * @throws InvalidJsonException when it is nested deeper than {@link #MAX_DEPTH} or holds a number
   *     longer than {@link #MAX_NUMBER_LENGTH}
   */
  public static RawJson of(JsonNode node) {
    try {
      var written = Writer.MAPPER.writeValueAsString(node);
      // What is shorter than the longest number holds none that is longer.
      return written.length() <= MAX_NUMBER_LENGTH
          ? new RawJson(Surrogates.repaired(written))
          : parseRepairing(written);
    } catch (JacksonException e) {
      throw new InvalidJsonException(firstLine(e.getOriginalMessage()), -1, null, e);
    }
  }

  /** A JSON string with this content; lone surrogates become U+FFFD. */
  public static RawJson ofString(String content) {
    var out = new StringBuilder(content.length() + 16);
    JsonString.append(out, Surrogates.repaired(content));
    return new RawJson(out.toString());
  }

  /** A JSON number. */
  public static RawJson ofNumber(long number) {
    return new RawJson(Long.toString(number));
  }

  /** For text put together from parts that are known to be JSON. */
  static RawJson trusted(String json) {
    return new RawJson(json);
  }

  /**
   * The members of this object in their order, with their digits as they are; the caller's own to
   * change.
   *
   * @throws IllegalArgumentException when this is no object
   */
  public SequencedMap<String, RawJson> members() {
    if (!isObject()) {
      throw new IllegalArgumentException("expected a JSON object");
    }
    var members = new LinkedHashMap<String, RawJson>();
    for (var parts = new JsonParts(text); parts.hasNext(); ) {
      members.put(parts.nextName(), new RawJson(parts.next()));
    }
    return members;
  }

  /**
   * A member of this object, with its digits and order as they are.
   *
   * @throws IllegalArgumentException when this is no object, or none of that name is in it
   */
  public RawJson member(String name) {
    if (!isObject()) {
      throw new IllegalArgumentException("expected a JSON object");
    }
    return find(name).orElseThrow(() -> new IllegalArgumentException("no member \"" + name + "\""));
  }

  /** A member of this value; empty when there is none of that name, or this is no object. */
  public Optional<RawJson> find(String name) {
    int from = isObject() ? JsonParts.find(text, 0, name) : -1;
    return from < 0
        ? Optional.empty()
        : Optional.of(new RawJson(text.substring(from, JsonParts.end(text, from))));
  }

  /**
   * The elements of this array, with their digits and order as they are.
   *
   * @throws IllegalArgumentException when this is no array
   */
  public List<RawJson> elements() {
    if (!isArray()) {
      throw new IllegalArgumentException("expected a JSON array");
    }
    var elements = new ArrayList<RawJson>();
    for (var parts = new JsonParts(text); parts.hasNext(); ) {
      elements.add(new RawJson(parts.next()));
    }
    return elements;
  }

  /**
   * This object with a member set: in its place when there is one of that name, else at the end.
   *
   * @throws IllegalArgumentException when this is no object
   */
  public RawJson with(String name, RawJson value) {
    var members = members();
    members.put(name, value);
    return object(members);
  }

  /** An array of these values. */
  public static RawJson array(List<RawJson> values) {
    var out = new StringBuilder("[");
    for (var value : values) {
      out.append(out.length() > 1 ? "," : "").append(value.text);
    }
    return new RawJson(out.append(']').toString());
  }

  /** An object of these members, in the map's order. */
  public static RawJson object(Map<String, RawJson> members) {
    var out = new StringBuilder("{");
    members.forEach((name, value) -> {
      out.append(out.length() > 1 ? "," : "");
      JsonString.append(out, Surrogates.repaired(name));
      out.append(':').append(value.text);
    });
    return new RawJson(out.append('}').toString());
  }

  /**
   * The value of text that stands in the very form in which it is kept, but for blanks between its
   * parts; empty where that cannot be told at a glance, and {@link #parse} has to say more.
   */
  public static Optional<RawJson> exact(String json) {
    return exact(json, MAX_DEPTH);
  }

  /** As {@link #exact(String)}, nested at most {@code maxDepth} deep. */
  public static Optional<RawJson> exact(String json, int maxDepth) {
    return Optional.ofNullable(JsonCheck.compact(json, maxDepth)).map(RawJson::new);
  }

  private static JsonCopy read(String json, int maxDepth) {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      var copy = new JsonCopy(parser, FACTORY, maxDepth);
      copy.oneValue();
      return copy;
    } catch (JacksonException e) {
      throw new InvalidJsonException(firstLine(e.getOriginalMessage()), offset(e), null, e);
    }
  }

  private static long offset(JacksonException e) {
    return e.getLocation() == null ? -1 : e.getLocation().getCharOffset();
  }

  private static String firstLine(String message) {
    var end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** The exact, compact JSON text. */
  public String text() {
    return text;
  }

  /**
   * The value as a fresh tree that the caller may change; numbers are exact.
   *
   * @throws InvalidJsonException for a number whose exponent no exact number can have
   */
  public JsonNode node() {
    return JsonTree.of(text);
  }

  /**
   * The content of this string.
   *
   * @throws IllegalArgumentException when this is no string
   */
  public String asString() {
    if (!isString()) {
      throw new IllegalArgumentException("expected a JSON string");
    }
    return JsonString.content(text, 0, text.length());
  }

  /** Whether the value is an object. */
  public boolean isObject() {
    return text.charAt(0) == '{';
  }

  /** Whether the value is an array. */
  public boolean isArray() {
    return text.charAt(0) == '[';
  }

  /** Whether the value is a string. */
  public boolean isString() {
    return text.charAt(0) == '"';
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RawJson that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The JSON text. */
  @Override
  public String toString() {
    return text;
  }
}
