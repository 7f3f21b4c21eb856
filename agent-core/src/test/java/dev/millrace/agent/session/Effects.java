package dev.millrace.agent.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * What tools did to the world: a line for each time that a call had its effect.
 *
 * @param observer told the id of a call that is about to have its effect
 */
record Effects(Path file, Consumer<String> observer) {

  Effects(Path file) {
    this(file, id -> {});
  }

  void add(String toolUseId, String idempotencyKey) {
    observer.accept(toolUseId);
    var line = toolUseId + " " + idempotencyKey + "\n";
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The idempotency keys of a call's effects. */
  List<String> of(String toolUseId) {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream()
              .filter(line -> line.startsWith(toolUseId + " "))
              .map(line -> line.substring(toolUseId.length() + 1))
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
