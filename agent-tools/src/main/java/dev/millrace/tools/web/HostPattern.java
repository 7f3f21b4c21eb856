package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;

/**
 * A host, or all below one.
 *
 * @param name the host, in lower case
 * @param isBelow only names that end in a dot and the host count
 */
record HostPattern(String name, boolean isBelow) {
  private static final String BELOW = "*.";

  /**
   * Reads {@code docs.example.com} or {@code *.example.com}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static HostPattern parse(String text) {
    boolean isBelow = text.startsWith(BELOW);
    try {
      var host = HostName.parse(isBelow ? text.substring(BELOW.length()) : text);
      if (isBelow && host.literal().isPresent()) {
        throw new IllegalArgumentException("nothing is below the address in \"" + text + "\"");
      }
      return new HostPattern(host.name(), isBelow);
    } catch (ToolFailure e) {
      throw new IllegalArgumentException(
          "\"%s\" is no host such as docs.example.com or *.example.com: %s"
              .formatted(text, e.getMessage()),
          e);
    }
  }

  boolean matches(String host) {
    return isBelow ? host.endsWith("." + name) : host.equals(name);
  }
}
