package dev.millrace.agent.stream;

import java.util.Random;

/** Makes JSON objects as text, with all forms that the grammar allows. */
final class RandomJson {
  private static final String[] BLANKS = {"", "", "", " ", "\n", "\t \r\n"};
  private static final String[] CHARACTERS = {
    "a",
    "Z",
    "0",
    " ",
    "/",
    "~",
    "é",
    "日",
    "🙂",
    "\u007f",
    "\u2028",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\b",
    "\\f",
    "\\r",
    "\\t",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude42",
    "\\u0000",
    "\\uFFFF"
  };
  private static final String[] SCALARS = {
    "0",
    "-0",
    "1",
    "42",
    "-7",
    "3.14",
    "1.0",
    "1.50e-7",
    "1E+2",
    "2e0",
    "9007199254740993",
    "123456789012345678901234567890",
    "0.1000",
    "true",
    "false",
    "null"
  };

  private final Random random;
  private final StringBuilder out = new StringBuilder();

  private RandomJson(Random random) {
    this.random = random;
  }

  static String object(Random random) {
    RandomJson json = new RandomJson(random);
    json.blank();
    json.object(4);
    json.blank();
    return json.out.toString();
  }

  private void value(int depth) {
    switch (random.nextInt(depth == 0 ? 3 : 5)) {
      case 0 -> out.append(SCALARS[random.nextInt(SCALARS.length)]);
      case 1, 2 -> string("");
      case 3 -> object(depth - 1);
      default -> array(depth - 1);
    }
  }

  private void object(int depth) {
    out.append('{');
    blank();
    int members = random.nextInt(4);
    for (int i = 0; i < members; i++) {
      if (i > 0) {
        out.append(',');
        blank();
      }
      string("k" + i);
      blank();
      out.append(':');
      blank();
      value(depth);
      blank();
    }
    out.append('}');
  }

  private void array(int depth) {
    out.append('[');
    blank();
    int elements = random.nextInt(4);
    for (int i = 0; i < elements; i++) {
      if (i > 0) {
        out.append(',');
        blank();
      }
      value(depth);
      blank();
    }
    out.append(']');
  }

  private void string(String start) {
    out.append('"').append(start);
    int length = random.nextInt(6);
    for (int i = 0; i < length; i++) {
      out.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    out.append('"');
  }

  private void blank() {
    out.append(BLANKS[random.nextInt(BLANKS.length)]);
  }
}
