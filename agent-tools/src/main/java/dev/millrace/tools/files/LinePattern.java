package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What is searched for in each line: a regular expression of the JDK, or a text. The matcher looks
 * at the line through a counter and is stopped when it looks at far more characters than there are,
 * because a pattern such as {@code (a+)+$} would take for ever. The count is the same on every
 * machine.
 */
final class LinePattern {
  private static final int MAX_LENGTH = 1_000;
  private static final long FREE_STEPS = 200_000;
  private static final long STEPS_PER_CHARACTER = 200;

  private final Pattern pattern;

  private LinePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  static LinePattern parse(String text, boolean isLiteral, boolean ignoresCase) throws ToolFailure {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw new ToolFailure(
          "pattern must have 1 to "
              + Shown.number(MAX_LENGTH)
              + " characters, not "
              + Shown.number(text.length())
              + ".");
    }
    int flags = isLiteral ? Pattern.LITERAL : 0;
    flags |= ignoresCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;
    try {
      return new LinePattern(Pattern.compile(text, flags));
    } catch (PatternSyntaxException e) {
      throw new ToolFailure(
          "The pattern is not a regular expression: "
              + e.getDescription()
              + " near index "
              + e.getIndex()
              + ". Set literal to true to search for it as it stands.");
    } catch (StackOverflowError e) {
      throw new ToolFailure("The pattern is nested too deeply. Make it simpler.", e);
    }
  }

  /**
   * Where the first match in the line begins, or -1.
   *
   * @throws TooSlow when the matcher was stopped
   */
  int find(String line) throws TooSlow {
    try {
      var matcher = pattern.matcher(new Counted(line));
      return matcher.find() ? matcher.start() : -1;
    } catch (OutOfSteps | StackOverflowError e) {
      // The JDK's matcher recurses once per repetition of a group.
      throw new TooSlow(e);
    }
  }

  /** The matcher was stopped before it knew. */
  static final class TooSlow extends Exception {
    private static final long serialVersionUID = 1L;

    TooSlow(Throwable cause) {
      super("the pattern takes too long", cause);
    }
  }

  private static final class OutOfSteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfSteps() {
      super(null, null, false, false);
    }
  }

  /** A line that lets itself be looked at only so often. */
  private static final class Counted implements CharSequence {
    private final String text;
    private long steps;

    Counted(String text) {
      this.text = text;
      this.steps = FREE_STEPS + STEPS_PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--steps < 0) {
        throw new OutOfSteps();
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
