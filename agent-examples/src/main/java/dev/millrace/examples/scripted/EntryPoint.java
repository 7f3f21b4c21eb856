package dev.millrace.examples.scripted;

import java.util.Map;
import java.util.Optional;

/**
 * How programs of a language begin.
 *
 * @param glob the files to be searched
 * @param pattern a regular expression for the line
 */
record EntryPoint(String glob, String pattern) {
  private static final Map<String, EntryPoint> BY_LANGUAGE =
      Map.of(
          "Java", new EntryPoint("*.java", "static void main\\("),
          "Kotlin", new EntryPoint("*.kt", "^fun main\\("),
          "Python", new EntryPoint("*.py", "__name__ == ['\"]__main__['\"]"),
          "Go", new EntryPoint("*.go", "^func main\\("),
          "Rust", new EntryPoint("*.rs", "^fn main\\("),
          "C", new EntryPoint("*.c", "^int main\\("),
          "C++", new EntryPoint("*.{cc,cpp,cxx}", "^int main\\("),
          "C#", new EntryPoint("*.cs", "static .*void Main\\("),
          "Swift", new EntryPoint("*.swift", "^@main"),
          "Dart", new EntryPoint("*.dart", "^void main\\("));

  static Optional<EntryPoint> of(String language) {
    return Optional.ofNullable(BY_LANGUAGE.get(language));
  }
}
