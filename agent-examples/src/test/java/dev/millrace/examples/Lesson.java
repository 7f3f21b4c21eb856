package dev.millrace.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.MessagesServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What an example said and how it ended, run as its reader runs it: in a process of its own. */
record Lesson(int exitCode, String out, String err) {
  static Lesson withoutKey(Class<?> example, String... args) throws Exception {
    return run(example, Map.of(), args);
  }

  static Lesson against(MessagesServer server, Class<?> example, String... args) throws Exception {
    return run(
        example,
        Map.of("ANTHROPIC_BASE_URL", server.baseUri().toString(), "ANTHROPIC_API_KEY", "sk-test"),
        args);
  }

  static Lesson run(Class<?> example, Map<String, String> environment, String... args)
      throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), example.getName()));
    command.addAll(List.of(args));
    var out = Files.createTempFile("lesson", ".out");
    var err = Files.createTempFile("lesson", ".err");
    try {
      var builder = new ProcessBuilder(command);
      builder.environment().keySet().removeIf(name -> name.startsWith("ANTHROPIC_"));
      builder.environment().putAll(environment);
      var process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      boolean hasEnded = process.waitFor(120, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(hasEnded).as("%s ended; it said %s", example, read(out)).isTrue();
      return new Lesson(process.exitValue(), read(out), read(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8);
  }

  Lesson isFine() {
    assertThat(exitCode).as(err).isZero();
    return this;
  }
}
