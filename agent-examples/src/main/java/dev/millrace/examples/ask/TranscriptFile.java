package dev.millrace.examples.ask;

import dev.millrace.agent.message.InvalidTranscriptException;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;

/** A transcript in a file: the API's array of messages, one a line. */
final class TranscriptFile {
  private static final long MOST_BYTES = 256L << 20;

  private final Path path;

  private TranscriptFile(Path path) {
    this.path = path;
  }

  /**
   * Reads one.
   *
   * @throws UsageException when it cannot be read or is none
   */
  static Transcript.Loaded read(Path path) {
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new UsageException("--resume " + path + ": larger than 256 MiB");
      }
      return Transcript.load(Files.readString(path));
    } catch (InvalidTranscriptException e) {
      throw new UsageException("--resume " + path + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UsageException("--resume " + path + ": " + reason(e));
    }
  }

  /**
   * A file to be written later; that it can be is tried now, before anything is paid for.
   *
   * @throws UsageException when it cannot
   */
  static TranscriptFile writable(Path path) {
    try {
      if (Files.isDirectory(path)) {
        throw new UsageException("--transcript " + path + ": is a folder");
      }
      var file = new TranscriptFile(Files.exists(path) ? path.toRealPath() : path.toAbsolutePath());
      if (file.isSpecial() ? !Files.isWritable(path) : !file.isReplaceable()) {
        throw new UsageException("--transcript " + path + ": may not be written");
      }
      return file;
    } catch (IOException e) {
      throw new UsageException("--transcript " + path + ": cannot be written: " + reason(e));
    }
  }

  private boolean isReplaceable() throws IOException {
    Files.delete(temporary());
    return !Files.exists(path) || Files.isWritable(path);
  }

  /** A device or a pipe, which cannot be replaced by a file. */
  private boolean isSpecial() {
    return Files.exists(path) && !Files.isRegularFile(path);
  }

  private Path temporary() throws IOException {
    return Files.createTempFile(path.getParent(), "." + path.getFileName(), ".tmp");
  }

  /** Writes it whole or not at all. */
  void write(Transcript transcript) throws IOException {
    var json =
        transcript.messages().stream()
            .map(Message::json)
            .map(Object::toString)
            .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    if (isSpecial()) {
      Files.writeString(path, json);
      return;
    }
    var temporary = temporary();
    try {
      Files.writeString(temporary, json);
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file or folder";
      case AccessDeniedException denied -> "permission denied";
      case CharacterCodingException coding -> "not a transcript: it is not UTF-8 text";
      default -> e.getClass().getSimpleName() + ": " + e.getMessage();
    };
  }
}
