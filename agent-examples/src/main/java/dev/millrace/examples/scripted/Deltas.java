package dev.millrace.examples.scripted;

import java.util.regex.Pattern;

/** A text in the small pieces in which models stream theirs. */
final class Deltas {
  private static final Pattern PIECE = Pattern.compile("\\S{1,12}\\s*|\\s+");

  private Deltas() {}

  static String[] of(String text) {
    return PIECE.matcher(text).results().map(piece -> piece.group()).toArray(String[]::new);
  }
}
