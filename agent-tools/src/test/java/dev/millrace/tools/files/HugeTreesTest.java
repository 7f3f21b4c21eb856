package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trees that are too large, too flat or too deep for whoever holds all of them. */
@Timeout(120)
class HugeTreesTest {
  private static final int MILLION = 1_000_000;

  @TempDir Path temporary;

  /** A directory whose names come one by one, in an order of their own, and are nowhere kept. */
  @SuppressWarnings("unchecked") // a proxy of one interface
  private static Directory million() {
    var stream =
        (SecureDirectoryStream<Path>)
            Proxy.newProxyInstance(
                HugeTreesTest.class.getClassLoader(),
                new Class<?>[] {SecureDirectoryStream.class},
                (proxy, method, arguments) -> names());
    return new Directory(stream);
  }

  private static Iterator<Path> names() {
    return IntStream.range(0, MILLION)
        .mapToObj(i -> Path.of("f" + (MILLION + i * 7_919L % MILLION)))
        .iterator();
  }

  @Test
  void ofAMillionNamesTheFirstAreKeptAndTheRestIsCounted() throws Exception {
    var budget = new Budget(FileLimits.DEFAULT, CancelSignal.NEVER);
    var names = SortedNames.of(million(), 3, name -> true, budget);
    assertThat(names)
        .isEqualTo(
            new SortedNames(
                IntStream.range(0, 3).mapToObj(i -> Path.of("f" + (MILLION + i))).toList(),
                MILLION - 3,
                true));
  }

  @Test
  void aCancelEndsTheCountOfAMillionNames() {
    var cancellation = new Cancellation();
    var budget = new Budget(FileLimits.DEFAULT, cancellation);
    assertThatThrownBy(() ->
            SortedNames.of(
                million(),
                3,
                name -> {
                  cancellation.cancel();
                  return true;
                },
                budget))
        .isInstanceOf(ToolFailure.class)
        .hasMessage("Cancelled before it was done.");
  }

  @Test
  void aTreeOfTenThousandLevelsIsWalkedToTheLimitAndGoneOnFrom() throws IOException {
    var root = Files.createDirectories(temporary.resolve("root"));
    var parts = deepTree(root, 100, 100);
    try {
      var calls = FileCalls.below(root);
      var text = calls.call("list_files", "recursive", true).isFine().text();
      assertThat(text).startsWith(".: 64 entries").contains("deeper than 64 levels: d/d/");
      assertThat(calls.list("d/".repeat(1_500)).isFine().text()).contains(": 1 entry");
      assertThat(calls.search("x").isFine().text()).contains("deeper than 64 levels");
      calls.list("d/".repeat(10_000)).isRefused();
    } finally {
      takeApart(root, parts);
    }
  }

  /** Paths of more than 4,096 bytes cannot be named, so the tree is built from its bottom up. */
  private Deque<Path> deepTree(Path root, int parts, int levels) throws IOException {
    var bottoms = new ArrayDeque<Path>();
    var tree = temporary.resolve("tree");
    for (int i = 0; i < parts; i++) {
      var top = temporary.resolve("part");
      var bottom = Files.createDirectories(top.resolve("d/".repeat(levels)));
      if (i > 0) {
        Files.move(tree, bottom.resolve("d"));
      }
      Files.move(top, tree);
      bottoms.push(top.relativize(bottom));
    }
    Files.move(tree, root.resolve("d"));
    return bottoms;
  }

  private void takeApart(Path root, Deque<Path> bottoms) throws IOException {
    var rest = temporary.resolve("rest");
    Files.move(root.resolve("d"), rest);
    while (!bottoms.isEmpty()) {
      var bottom = rest.resolve(bottoms.pop());
      var next = temporary.resolve("next");
      if (!bottoms.isEmpty()) {
        Files.move(bottom.resolve("d"), next);
      }
      for (Path path = bottom; path != null && !path.equals(temporary); path = path.getParent()) {
        Files.delete(path);
      }
      if (!bottoms.isEmpty()) {
        Files.move(next, rest);
      }
    }
  }
}
