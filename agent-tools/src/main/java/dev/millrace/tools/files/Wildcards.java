package dev.millrace.tools.files;

import java.util.function.IntPredicate;

/**
 * Matching with stars in time of at most pattern times text: when something does not fit, the last
 * star takes one thing more; earlier stars never need to.
 */
final class Wildcards {
  private Wildcards() {}

  /** Whether one part of the pattern fits one part of the text. */
  @FunctionalInterface
  interface Fit {
    boolean test(int pattern, int text);
  }

  /**
   * Whether a pattern of so many parts matches a text of so many parts.
   *
   * @param isStar whether a part of the pattern stands for any number of parts
   */
  static boolean match(int patternSize, int textSize, IntPredicate isStar, Fit fit) {
    int pattern = 0;
    int text = 0;
    int star = -1;
    int starText = 0;
    while (text < textSize) {
      if (pattern < patternSize && isStar.test(pattern)) {
        star = pattern++;
        starText = text;
      } else if (pattern < patternSize && fit.test(pattern, text)) {
        pattern++;
        text++;
      } else if (star >= 0) {
        pattern = star + 1;
        text = ++starText;
      } else {
        return false;
      }
    }
    while (pattern < patternSize && isStar.test(pattern)) {
      pattern++;
    }
    return pattern == patternSize;
  }
}
