package dev.millrace.agent.schema;

import com.networknt.schema.regex.RegularExpressions;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One pass over an ECMA-262 pattern: says it in Java's dialect and counts what it must repeat.
 *
 * <p>The dialects read the same text differently in few places: {@code $} is the very end, a {@code
 * [} inside a class is a character (Java nests there), {@code &&} is no intersection, and {@code
 * \0} is NUL.
 */
final class EcmaPattern {
  private static final long MAX_REPETITIONS = 1L << 31;

  private static final String QUANTIFIER = "0123456789,}";

  private final String ecma;
  private final StringBuilder java = new StringBuilder();
  private final Deque<Long> outer = new ArrayDeque<>();
  private long sum;
  private long last;
  private int position;

  private EcmaPattern(String ecma) {
    this.ecma = ecma;
  }

  /**
   * A pattern ready for the JDK.
   *
   * @param java the same pattern in Java's dialect
   * @param repetitions how many atoms one attempt must go through at least, {@code {n}} unrolled;
   *     the JDK does so without looking at a character when the atoms are empty
   */
  record Translation(String java, long repetitions) {}

  static Translation translate(String ecma) {
    var pattern = new EcmaPattern(RegularExpressions.replaceLongformCharacterProperties(ecma));
    while (pattern.position < pattern.ecma.length()) {
      pattern.next();
    }
    long total = pattern.sum;
    for (long group : pattern.outer) {
      total = cap(total + group);
    }
    return new Translation(pattern.java.toString(), total);
  }

  private void next() {
    char c = ecma.charAt(position++);
    switch (c) {
      case '\\' -> atom(escape());
      case '[' -> atom(characterClass());
      case '$' -> atom("\\z");
      case '(' -> {
        java.append(c);
        outer.push(sum);
        sum = 0;
      }
      case ')' -> {
        java.append(c);
        last = Math.max(1, sum);
        sum = cap(last + (outer.isEmpty() ? 0 : outer.pop()));
      }
      case '{' -> {
        java.append(c);
        repeat();
      }
      default -> atom(String.valueOf(c));
    }
  }

  private void atom(String text) {
    java.append(text);
    last = 1;
    sum = cap(sum + 1);
  }

  /** The least count of {@code {n}}, {@code {n,}} or {@code {n,m}}. */
  private void repeat() {
    long count = 0;
    boolean counting = true;
    while (position < ecma.length() && QUANTIFIER.indexOf(ecma.charAt(position)) >= 0) {
      char c = ecma.charAt(position++);
      java.append(c);
      counting &= Character.isDigit(c);
      count = counting ? cap(count * 10 + Character.digit(c, 10)) : count;
    }
    if (count > 1) {
      sum = cap(sum + cap(last * (count - 1)));
      last = cap(last * count);
    }
  }

  private String escape() {
    if (position == ecma.length()) {
      return "\\";
    }
    char c = ecma.charAt(position++);
    boolean octal = position < ecma.length() && Character.isDigit(ecma.charAt(position));
    return c == '0' && !octal ? "\\x00" : "\\" + c;
  }

  private String characterClass() {
    var text = new StringBuilder("[");
    while (position < ecma.length()) {
      char c = ecma.charAt(position++);
      if (c == ']') {
        return text.append(c).toString();
      }
      text.append(c == '\\' ? escape() : c == '[' || c == '&' ? "\\" + c : String.valueOf(c));
    }
    return text.toString();
  }

  /** Keeps every product far from overflow. */
  private static long cap(long value) {
    return Math.min(value, MAX_REPETITIONS);
  }
}
