package dev.millrace.agent.session;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A process with a virtual machine of its own, which runs a main class of the tests. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final List<String> said = new ArrayList<>();

  private ChildJvm(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    output = process.inputReader();
  }

  static ChildJvm start(Class<?> main, Object... arguments) throws IOException {
    return start(List.of("-Xmx128m"), main, arguments);
  }

  static ChildJvm start(List<String> options, Class<?> main, Object... arguments)
      throws IOException {
    return new ChildJvm(command(options, main, arguments));
  }

  /** Runs it after a command of the shell, such as {@code umask 0}. */
  static ChildJvm startUnder(String command, Class<?> main, Object... arguments)
      throws IOException {
    var shell = List.of("sh", "-c", command + "; exec \"$@\"", "sh");
    return new ChildJvm(joined(List.of(shell, command(List.of("-Xmx128m"), main, arguments))));
  }

  private static List<String> command(List<String> options, Class<?> main, Object... arguments) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var fixed =
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto");
    var classes = List.of("-cp", System.getProperty("java.class.path"), main.getName());
    var last = Stream.of(arguments).map(Object::toString).toList();
    return joined(List.of(List.of(java), fixed, options, classes, last));
  }

  private static List<String> joined(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  long pid() {
    return process.pid();
  }

  /** Returns when it has said this line. */
  void await(String line) throws IOException {
    for (var next = line(); !line.equals(next); next = line()) {
      said.add(next);
    }
  }

  /** The next line it says. */
  String line() throws IOException {
    var line = output.readLine();
    if (line == null) {
      throw new AssertionError("it ended too early; it had said " + said);
    }
    return line;
  }

  void endInput() throws IOException {
    process.outputWriter().close();
  }

  /** Waits for its end and gives the status it ended with. */
  int exit() throws IOException, InterruptedException {
    output.lines().forEach(said::add);
    return process.waitFor();
  }

  /** Ends it as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end, as a service manager does, and waits until it has. */
  void terminate() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  /** All it said and nobody waited for. */
  List<String> said() {
    return said;
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
