package dev.millrace.testkit.leaks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The open descriptors of this process, where the system shows them. */
final class Descriptors implements Kind {
  private static final Path FOLDER = Path.of("/proc/self/fd");
  private static final String OWN_LISTING = "/proc/%d/fd".formatted(ProcessHandle.current().pid());
  private static final Set<String> KEPT_BY_THE_JVM = Set.of("/dev/random", "/dev/urandom");

  private final Map<Integer, String> before = now();

  @Override
  public List<String> left() {
    var left = now();
    left.entrySet().removeAll(before.entrySet());
    var sockets = new Sockets();
    return left.entrySet().stream()
        .map(open -> "- " + describe(open.getValue(), sockets) + ", descriptor " + open.getKey())
        .toList();
  }

  private static String describe(String target, Sockets sockets) {
    if (target.startsWith("/")) {
      return "open file " + target;
    }
    return target.startsWith("socket:") ? "open socket " + sockets.ends(target) : "open " + target;
  }

  private static Map<Integer, String> now() {
    var open = new TreeMap<Integer, String>();
    if (Files.isDirectory(FOLDER)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(FOLDER)) {
        for (Path entry : entries) {
          putIfOpen(open, entry);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + FOLDER, e);
      }
    }
    return open;
  }

  private static void putIfOpen(Map<Integer, String> open, Path entry) throws IOException {
    try {
      var target = Files.readSymbolicLink(entry).toString();
      if (!isTheJvms(target)) {
        open.put(Integer.valueOf(entry.getFileName().toString()), target);
      }
    } catch (NoSuchFileException e) {
      // It was closed since it was listed.
    }
  }

  /** Class loaders keep the archives they read; the other two are the JVM's sources of chance. */
  private static boolean isTheJvms(String target) {
    return target.equals(OWN_LISTING)
        || target.endsWith(".jar")
        || KEPT_BY_THE_JVM.contains(target);
  }
}
