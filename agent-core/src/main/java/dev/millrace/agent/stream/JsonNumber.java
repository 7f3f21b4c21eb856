package dev.millrace.agent.stream;

import org.jspecify.annotations.Nullable;

/** The grammar of one JSON number, character by character, with caps on length and exponent. */
final class JsonNumber {
  /** Most characters that a number may have. */
  static final int MAX_LENGTH = 1_000;

  /** Largest exponent, positive or negative, that a number may be written with. */
  static final int MAX_EXPONENT = 1_000;

  private enum State {
    START,
    MINUS,
    ZERO,
    INTEGER,
    POINT,
    FRACTION,
    E,
    E_SIGN,
    EXPONENT
  }

  private State state = State.START;
  private int length;
  private int exponent;

  void restart() {
    state = State.START;
    length = 0;
    exponent = 0;
  }

  /** Whether what came so far is a number by itself. */
  boolean isWhole() {
    return switch (state) {
      case ZERO, INTEGER, FRACTION, EXPONENT -> true;
      case START, MINUS, POINT, E, E_SIGN -> false;
    };
  }

  boolean isTooLarge() {
    return length > MAX_LENGTH || exponent > MAX_EXPONENT;
  }

  /** Takes the character if the number can go on with it. */
  boolean take(char c) {
    State after = c >= '0' && c <= '9' ? afterDigit(c) : afterSign(c);
    if (after == null) {
      return false;
    }
    state = after;
    length++;
    return true;
  }

  private @Nullable State afterDigit(char digit) {
    return switch (state) {
      case START, MINUS -> digit == '0' ? State.ZERO : State.INTEGER;
      case ZERO -> null;
      case INTEGER -> State.INTEGER;
      case POINT, FRACTION -> State.FRACTION;
      case E, E_SIGN, EXPONENT -> {
        exponent = Math.min(exponent * 10 + digit - '0', MAX_EXPONENT + 1);
        yield State.EXPONENT;
      }
    };
  }

  private @Nullable State afterSign(char c) {
    return switch (c) {
      case '-' -> state == State.START ? State.MINUS : state == State.E ? State.E_SIGN : null;
      case '+' -> state == State.E ? State.E_SIGN : null;
      case '.' -> state == State.ZERO || state == State.INTEGER ? State.POINT : null;
      case 'e', 'E' -> isWhole() && state != State.EXPONENT ? State.E : null;
      default -> null;
    };
  }
}
