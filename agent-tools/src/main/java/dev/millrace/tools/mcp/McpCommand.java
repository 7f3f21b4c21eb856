package dev.millrace.tools.mcp;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a server is started that speaks over its standard input and output.
 *
 * <p>It sees none of this process's environment but {@code PATH}, {@code HOME} and {@code LANG}:
 * what else it needs is given here. It runs with this process's rights; to confine it, start it by
 * a sandbox, as in {@code McpCommand.of("bwrap", ..., "server")}.
 *
 * @param words the program and its arguments, which any process of this machine can read: give
 *     secrets by the environment
 * @param directory where it runs; else where this process runs
 * @param environment its variables, which override the three
 */
public record McpCommand(
    List<String> words, Optional<Path> directory, Map<String, String> environment) {

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException when there is no program, or a variable cannot be one
   */
  public McpCommand {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
    if (words.isEmpty() || words.getFirst().isBlank()) {
      throw new IllegalArgumentException("a command needs a program, as in of(\"node\", \"a.js\")");
    }
    for (var variable : environment.entrySet()) {
      var name = variable.getKey();
      if (name.isEmpty() || name.matches("(?s).*[=\0].*") || variable.getValue().contains("\0")) {
        throw new IllegalArgumentException(
            "\"" + Shown.text(name, 100) + "\" cannot be a variable of the environment");
      }
    }
  }

  /** A program and its arguments, without a shell. */
  public static McpCommand of(String... words) {
    return new McpCommand(List.of(words), Optional.empty(), Map.of());
  }

  /** The same, run in this directory. */
  public McpCommand in(Path directory) {
    return new McpCommand(words, Optional.of(directory), environment);
  }

  /** The same with this variable. */
  public McpCommand environment(String name, String value) {
    var more = new TreeMap<>(environment);
    more.put(name, value);
    return new McpCommand(words, directory, more);
  }

  /** The program and the names of the variables; arguments and values may be secrets. */
  @Override
  public String toString() {
    return words.getFirst() + " " + new TreeMap<>(environment).keySet();
  }
}
