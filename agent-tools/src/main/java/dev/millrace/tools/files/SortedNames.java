package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * The first names of a directory in the order of their bytes, which is the same on every machine,
 * and how many more there are. Memory is bounded by the names kept, not by the directory.
 *
 * @param isWhole false when the time was up before all names were seen
 */
record SortedNames(List<Path> names, long more, boolean isWhole) {
  private static final int CLOCK_EVERY = 256;

  static SortedNames of(Directory directory, int most, Predicate<Path> wanted, Budget budget)
      throws IOException, ToolFailure {
    var largestFirst = new PriorityQueue<Path>(Collections.reverseOrder());
    long seen = 0;
    long matched = 0;
    boolean isWhole = true;
    try {
      for (var names = directory.names(); isWhole && names.hasNext(); seen++) {
        var name = names.next().getFileName();
        if (wanted.test(name)) {
          matched++;
          keep(largestFirst, name, most);
        }
        isWhole = seen % CLOCK_EVERY != 0 || budget.hasTime();
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    var sorted = largestFirst.stream().sorted().toList();
    return new SortedNames(sorted, matched - sorted.size(), isWhole);
  }

  private static void keep(PriorityQueue<Path> largestFirst, Path name, int most) {
    if (largestFirst.size() < most) {
      largestFirst.add(name);
    } else if (largestFirst.element().compareTo(name) > 0) {
      largestFirst.remove();
      largestFirst.add(name);
    }
  }
}
