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
    at = end(text, at);
  }

  /** The index after the value that begins here. */
  static int end(String text, int from) {
    int at = from;
    int depth = 0;
    do {
      switch (text.charAt(at++)) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"' -> at = JsonString.end(text, at - 1);
        default -> {}
      }
    } while (depth > 0 || !isEnd(text.charAt(at)));
    return at;
  }

  /**
   * Where the value of a member begins; -1 when there is none of that name.
   *
   * @param object where the object begins
   */
  static int find(String text, int object, String name) {
    for (int at = object + 1; text.charAt(at) == '"'; ) {
      int value = JsonString.end(text, at) + 1;
      if (isName(text, at, value - 1, name)) {
        return value;
      }
      at = end(text, value);
      at += text.charAt(at) == ',' ? 1 : 0;
    }
    return -1;
  }

  private static boolean isName(String text, int from, int to, String name) {
    int longer = to - from - 2 - name.length();
    if (longer == 0) {
      return text.startsWith(name, from + 1) && name.indexOf('\\') < 0;
    }
    return longer > 0
        && text.indexOf('\\', from, to) >= 0
        && JsonString.content(text, from, to).equals(name);
  }

  private static boolean isEnd(char c) {
    return c == ',' || c == '}' || c == ']';
  }
}
