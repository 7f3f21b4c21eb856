package dev.millrace.agent.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A folder with a store of sessions and the effects of their tools: all that outlives a crash. */
record Scene(Path folder) {

  Effects effects() {
    return new Effects(folder.resolve("effects"));
  }

  FileSessionStore store() {
    return store(Disk.REAL);
  }

  FileSessionStore store(Disk disk) {
    return new FileSessionStore(sessions(), disk);
  }

  Path sessions() {
    return folder.resolve("sessions");
  }

  JournalFile journal(String id) {
    return new JournalFile(sessions().resolve("session-" + id + ".journal"));
  }

  /** Copies it as it is now; what a call does meanwhile may be in the copy or not. */
  Scene copy(Path to) {
    copy(sessions(), to.resolve("sessions"));
    // After the journal: each effect in the copy has then its record there, as after a crash.
    copy(effects().file(), to.resolve("effects"));
    return new Scene(to);
  }

  private static void copy(Path from, Path to) {
    if (!Files.exists(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      Files.createDirectories(to.getParent());
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
