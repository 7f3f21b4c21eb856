package dev.millrace.agent.message;

/** Walks over the values inside an object or an array, in text that is known to be compact JSON. */
final class JsonParts {
  private final String text;
  private int at = 1;

  JsonParts(String text) {
    this.text = text;
  }

  /** Whether there is another value, or member. */
  boolean hasNext() {
    return at < text.length() - 1;
  }

  /** The next value; goes on behind the comma after it. */
  String next() {
    int from = at;
    skip();
    var part = text.substring(from, at);
    at++;
    return part;
  }

  /** The next member's name; goes on behind the colon after it. */
  String nextName() {
    int from = at;
    at = JsonString.end(text, from);
    var name = JsonString.content(text, from, at);
    at++;
    return name;
  }

  private void skip() {
    int depth = 0;
    do {
      switch (text.charAt(at++)) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"' -> at = JsonString.end(text, at - 1);
        default -> {}
      }
    } while (depth > 0 || !isEnd(text.charAt(at)));
  }

  private static boolean isEnd(char c) {
    return c == ',' || c == '}' || c == ']';
  }
}
