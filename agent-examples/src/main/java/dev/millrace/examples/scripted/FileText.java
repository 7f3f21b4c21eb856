package dev.millrace.examples.scripted;

import java.util.List;
import java.util.regex.Pattern;

/** The text of a file in a result of {@code read_file}, which numbers the lines. */
final class FileText {
  private static final Pattern NUMBERED = Pattern.compile("^ *\\d+\\t");

  private FileText() {}

  /** The lines of the file that are shown. */
  static List<String> lines(String result) {
    return result
        .lines()
        .map(NUMBERED::matcher)
        .filter(matcher -> matcher.lookingAt())
        .map(matcher -> matcher.replaceFirst(""))
        .toList();
  }

  static String of(String result) {
    return String.join("\n", lines(result));
  }
}
