package dev.millrace.agent.schema;

import com.networknt.schema.SchemaException;
import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;

/**
 * A regular expression that gives up instead of backtracking without end.
 *
 * <p>The bound counts the characters looked at, not time: it is the same on every machine, and
 * linear in the text, which an honest pattern stays far below.
 */
final class BoundedPattern implements RegularExpression {
  private static final int MAX_LENGTH = 2_000;
  private static final long MAX_REPETITIONS = 10_000;
  private static final long MAX_EMPTY_STEPS = 1_000_000_000;
  private static final long FREE_STEPS = 50_000;
  private static final long STEPS_PER_CHAR = 100;

  private final String ecma;
  private final Pattern pattern;
  private final long repetitions;

  private BoundedPattern(String ecma, Pattern pattern, long repetitions) {
    this.ecma = ecma;
    this.pattern = pattern;
    this.repetitions = repetitions;
  }

  /**
   * Translates an ECMA-262 pattern.
   *
   * @throws IllegalArgumentException if it cannot be compiled or is too long
   */
  static BoundedPattern compile(String ecma) {
    if (ecma.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("it is longer than " + MAX_LENGTH + " characters");
    }
    var translation = EcmaPattern.translate(ecma);
    if (translation.repetitions() > MAX_REPETITIONS) {
      throw new IllegalArgumentException("it repeats more than " + MAX_REPETITIONS + " times");
    }
    return new BoundedPattern(ecma, Pattern.compile(translation.java()), translation.repetitions());
  }

  @Override
  public boolean matches(String text) {
    if (repetitions * text.length() > MAX_EMPTY_STEPS) {
      throw new PatternBudgetException(ecma, new IllegalStateException("the text is too long"));
    }
    try {
      return pattern.matcher(new CountedText(text)).find();
    } catch (StackOverflowError e) {
      // The JDK's matcher recurses once per repetition of a group.
      throw new PatternBudgetException(ecma, e);
    }
  }

  /** Extends the validator's own exception because it lets no other pass. */
  static final class PatternBudgetException extends SchemaException {
    private static final long serialVersionUID = 1L;

    PatternBudgetException(String pattern, Throwable cause) {
      super("pattern '" + pattern + "' takes too long on this text");
      initCause(cause);
    }
  }

  private final class CountedText implements CharSequence {
    private final String text;
    private long steps;

    CountedText(String text) {
      this.text = text;
      this.steps = FREE_STEPS + STEPS_PER_CHAR * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--steps < 0) {
        throw new PatternBudgetException(ecma, new IllegalStateException("no steps left"));
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
