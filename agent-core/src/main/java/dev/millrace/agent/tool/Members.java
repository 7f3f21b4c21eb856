package dev.millrace.agent.tool;

import dev.millrace.agent.message.RawJson;

/** Reads the members of a small JSON object that this library wrote. */
final class Members {
  private Members() {}

  static String string(RawJson object, String name) {
    var value = object.member(name);
    if (!value.isString()) {
      throw new IllegalArgumentException("\"" + name + "\" must be a string, not " + value);
    }
    return value.node().asString();
  }
}
