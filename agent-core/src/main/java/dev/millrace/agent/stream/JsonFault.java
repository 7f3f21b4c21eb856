package dev.millrace.agent.stream;

/**
 * Why a text is not taken as the JSON object that a tool's input must be.
 *
 * @param kind what sort of fault it is
 * @param offset the characters before the fault
 * @param reason what was expected and what came, in a form fit to be shown to the model; it quotes
 *     at most one character of the text
 */
public record JsonFault(Kind kind, int offset, String reason) {
  /** The sorts of faults. */
  public enum Kind {
    /** The text does not start with an object. */
    NOT_AN_OBJECT,
    /** The text breaks the JSON grammar. */
    SYNTAX,
    /** The text stops before the object is closed. */
    CUT_OFF,
    /** Something follows the object. */
    TRAILING_TEXT,
    /** A key stands twice in one object; which value counts would be a guess. */
    DUPLICATE_KEY,
    /** A string holds half of a surrogate pair, which no UTF-8 text can hold. */
    LONE_SURROGATE,
    /** Objects and arrays are nested deeper than the cap. */
    TOO_DEEP,
    /** A number has too many characters or too large an exponent. */
    NUMBER_TOO_LARGE,
    /** The text, or a key in it, has more characters than the cap. */
    TOO_LONG
  }

  /** The reason and its place in one line. */
  @Override
  public String toString() {
    return reason + " (at character " + offset + ")";
  }
}
