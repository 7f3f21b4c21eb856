package dev.millrace.examples.workplace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where the agent works, and where its conversations are kept, which it cannot reach.
 *
 * @param folder the agent's
 * @param sessions of this folder
 */
public record Workplace(Path folder, Path sessions) {
  private static final String SCRIPT =
      """
      #!/bin/sh
      # Greets whoever it is told to.
      name=${1:-wrold}
      echo "Hello, $name!"
      """;
  private static final String README =
      """
      # Greetings

      A tiny program that greets: `sh greet.sh Ada`.
      """;

  public static Workplace of(Path folder, Path home) {
    try {
      var real = folder.toRealPath();
      var name = String.valueOf(real.getFileName()).replaceAll("[^A-Za-z0-9_-]", "_");
      return new Workplace(real, home.resolve(name + "-" + hash(real.toString())));
    } catch (IOException e) {
      throw new UncheckedIOException("there is no folder " + folder, e);
    }
  }

  /** A new folder with a small program that has a mistake in it. */
  public static Path demo() {
    try {
      var folder = Files.createTempDirectory("millrace-chat-");
      Files.writeString(folder.resolve("greet.sh"), SCRIPT);
      Files.writeString(folder.resolve("README.md"), README);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("no folder could be made to work in", e);
    }
  }

  private static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var bytes = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
