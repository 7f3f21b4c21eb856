package dev.millrace.examples.scripted;

import tools.jackson.databind.node.StringNode;

/** JSON of a text. */
final class Json {
  private Json() {}

  static String quote(String text) {
    return StringNode.valueOf(text).toString();
  }
}
