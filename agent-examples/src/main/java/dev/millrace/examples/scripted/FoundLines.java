package dev.millrace.examples.scripted;

import java.util.List;
import java.util.regex.Pattern;

/** What a result of {@code search_files} tells: lines as {@code path:number: text}. */
final class FoundLines {
  private static final Pattern FOUND = Pattern.compile("^(.+?):(\\d+):.*");

  private FoundLines() {}

  /** The files in which something was found. */
  static List<String> files(String result) {
    return result
        .lines()
        .map(FOUND::matcher)
        .filter(matcher -> matcher.matches())
        .map(matcher -> matcher.group(1))
        .distinct()
        .toList();
  }
}
