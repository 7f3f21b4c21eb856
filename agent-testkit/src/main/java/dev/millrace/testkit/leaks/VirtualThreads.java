package dev.millrace.testkit.leaks;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The live virtual threads, which only a thread dump of HotSpot shows. */
final class VirtualThreads {
  private static final JsonMapper JSON = new JsonMapper();

  private VirtualThreads() {}

  record Live(long id, String name, List<String> stack) {}

  /** All of them, or none where the JVM cannot tell. */
  static List<Live> now() {
    var platform = platformIds();
    JsonNode dump;
    try {
      dump = dump();
    } catch (LinkageError | UnsupportedOperationException | IllegalArgumentException e) {
      return List.of(); // no HotSpot: platform threads are still compared
    }
    platform.addAll(platformIds()); // some may have started meanwhile
    var live = new ArrayList<Live>();
    for (var container : dump.path("threadDump").path("threadContainers")) {
      for (var thread : container.path("threads")) {
        if (!platform.contains(id(thread))) {
          live.add(read(thread));
        }
      }
    }
    return live;
  }

  private static JsonNode dump() {
    try {
      var folder = Files.createTempDirectory("threads");
      var file = folder.resolve("dump.json");
      try {
        return dump(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot dump the threads", e);
    }
  }

  private static JsonNode dump(Path file) throws IOException {
    var hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (hotSpot == null) {
      throw new UnsupportedOperationException("no HotSpotDiagnosticMXBean");
    }
    hotSpot.dumpThreads(file.toString(), ThreadDumpFormat.JSON);
    return JSON.readTree(Files.readAllBytes(file));
  }

  private static Set<Long> platformIds() {
    var ids = new HashSet<Long>();
    Thread.getAllStackTraces().keySet().forEach(thread -> ids.add(thread.threadId()));
    return ids;
  }

  /** A string in some versions of the JDK, a number in others. */
  private static long id(JsonNode thread) {
    return Long.parseLong(thread.path("tid").asString());
  }

  private static Live read(JsonNode thread) {
    var stack = new ArrayList<String>();
    thread.path("stack").forEach(frame -> stack.add(frame.asString()));
    return new Live(id(thread), thread.path("name").asString(""), stack);
  }
}
