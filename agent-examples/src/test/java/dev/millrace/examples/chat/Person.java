package dev.millrace.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;

/** Somebody at a terminal: types lines, and reads what the program shows. */
final class Person implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PipedOutputStream keyboard = new PipedOutputStream();
  private final Shown shown = new Shown();
  private final Terminal terminal;
  private final CompletableFuture<Integer> exit;
  private int read;

  /** What the program wrote, with a bell for those who wait for more. */
  private static final class Shown extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      super.write(bytes, offset, length);
      notifyAll();
    }

    @Override
    public synchronized void write(int b) {
      super.write(b);
      notifyAll();
    }

    synchronized String text() {
      return toString(StandardCharsets.UTF_8);
    }

    /** Whoever asks looks again, whatever ended the wait. */
    @SuppressWarnings("WaitNotInLoop")
    synchronized void awaitMore(long millis) throws InterruptedException {
      wait(millis);
    }
  }

  private Person(String type, Map<String, String> environment, Path home, String... arguments)
      throws IOException {
    this.terminal =
        new ExternalTerminal(
            "test", type, new PipedInputStream(keyboard, 1 << 16), shown, StandardCharsets.UTF_8);
    this.exit =
        CompletableFuture.supplyAsync(
            () -> ChatCommand.run(terminal, environment, home, arguments),
            task -> Thread.ofPlatform().daemon().name("chat").start(task));
  }

  /** At a terminal without colours, with a script as the model. */
  static Person over(Path folder, Path home, String... options) throws IOException {
    return new Person("dumb", Map.of(), home, with(folder, options));
  }

  /** At a terminal with colours, with the model at this address. */
  static Person asking(String baseUri, Path folder, Path home) throws IOException {
    var environment =
        Map.of("ANTHROPIC_BASE_URL", baseUri, "ANTHROPIC_API_KEY", "sk-ant-canary-chat");
    return new Person("xterm-256color", environment, home, folder.toString());
  }

  private static String[] with(Path folder, String... options) {
    return Stream.concat(Stream.of(folder.toString()), Arrays.stream(options))
        .toArray(String[]::new);
  }

  Person types(String line) throws IOException {
    return presses(line + "\r");
  }

  /** Keys as they are: {@code "\u0003"} is Ctrl-C. */
  Person presses(String keys) throws IOException {
    keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
    return this;
  }

  /** Reads on until this is shown, and gives all that was shown until then since the last time. */
  String reads(String text) {
    try {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        var all = shown.text();
        int at = all.indexOf(text, read);
        if (at >= 0) {
          var seen = all.substring(read, at + text.length());
          read = at + text.length();
          return seen;
        }
        long left = (deadline - System.nanoTime()) / 1_000_000;
        assertThat(left).as("waited for \"%s\" in: %s", text, all.substring(read)).isPositive();
        assertThat(exit.isDone()).as("ended before \"%s\": %s", text, all).isFalse();
        shown.awaitMore(Math.min(left, 100));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String everything() {
    return shown.text();
  }

  int leaves() throws IOException {
    types("/exit");
    return exit.join();
  }

  int exitCode() {
    return exit.join();
  }

  @Override
  public void close() throws IOException {
    keyboard.close();
    exit.join();
    terminal.close();
  }
}
