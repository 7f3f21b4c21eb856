package dev.millrace.agent.stream;

import dev.millrace.agent.message.RawJson;
import java.util.Optional;

/**
 * What became of a text that should be exactly one JSON object, as a tool's input must be. Nothing
 * is guessed: a text that is cut off, ambiguous or too large is {@link Refused}, never mended and
 * never taken as {@code {}}.
 */
public sealed interface StrictJson {
  /**
   * The text is one JSON object and nothing else.
   *
   * @param json the object; {@code {}} for a blank text, which is how a call without arguments may
   *     arrive
   */
  record Whole(RawJson json) implements StrictJson {}

  /**
   * The text must not be acted upon.
   *
   * @param fault why
   * @param repaired the object with U+FFFD in place of lone surrogates, if those are its only
   *     fault: fit to be kept in a history
   */
  record Refused(JsonFault fault, Optional<RawJson> repaired) implements StrictJson {}

  /** Reads a whole text with the default caps of {@link PartialJson}. */
  static StrictJson parse(String text) {
    return parse(text, PartialJson.DEFAULT_MAX_DEPTH, PartialJson.DEFAULT_MAX_LENGTH);
  }

  /**
   * Reads a whole text nested at most {@code maxDepth} deep, of at most {@code maxLength}
   * characters.
   */
  static StrictJson parse(String text, int maxDepth, int maxLength) {
    PartialJson json = new PartialJson(maxDepth, maxLength);
    json.append(text);
    return json.complete();
  }
}
