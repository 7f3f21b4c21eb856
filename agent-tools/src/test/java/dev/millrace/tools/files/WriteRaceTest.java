package dev.millrace.tools.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.Calls.Answer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While the tools write, somebody swaps what they write for links to the outside. */
@Timeout(600)
class WriteRaceTest {
  private static final int SWAPS = Integer.getInteger("millrace.swaps", 5_000);
  private static final String SECRET = "the-secret-outside";

  @TempDir Path temporary;
  private Path root;
  private Path outside;
  private FileCalls calls;

  @BeforeEach
  void plant() throws IOException {
    root = Files.createDirectories(temporary.resolve("root"));
    outside = Files.createDirectories(temporary.resolve("outside"));
    Files.writeString(outside.resolve("file"), SECRET);
    Files.createDirectories(root.resolve("dir"));
    Files.writeString(root.resolve("dir/file"), "inside");
    calls = FileCalls.writing(root);
  }

  @Test
  void aDirectorySwappedForALinkLetsNoWriteOut() throws Exception {
    Files.createSymbolicLink(root.resolve("link"), outside);
    race(() -> {
      Files.move(root.resolve("dir"), root.resolve("away"));
      Files.move(root.resolve("link"), root.resolve("dir"));
      Files.move(root.resolve("dir"), root.resolve("link"));
      Files.move(root.resolve("away"), root.resolve("dir"));
      return "swapped";
    });
  }

  @Test
  void aFileSwappedForALinkLetsNoWriteOut() throws Exception {
    race(() -> {
      Files.createSymbolicLink(root.resolve("link"), outside.resolve("file"));
      Files.move(root.resolve("link"), root.resolve("dir/file"), ATOMIC_MOVE);
      Files.writeString(root.resolve("spare"), "inside");
      Files.move(root.resolve("spare"), root.resolve("dir/file"), ATOMIC_MOVE);
      return "swapped";
    });
  }

  private void race(Callable<String> swap) throws Exception {
    var number = new AtomicInteger();
    Swaps.race(
        SWAPS,
        () -> swapped(swap),
        race -> {
          for (var answer : attempts(number.getAndIncrement())) {
            race.count(!answer.isError());
            assertThat(answer.text()).doesNotContain(SECRET);
          }
        });
    assertThat(outside.resolve("file")).hasContent(SECRET);
    try (var names = Files.list(outside)) {
      assertThat(names).as("what is outside").hasSize(1);
    }
    assertNothingTemporaryIsLeft();
  }

  /** The tools make entries between the steps of the swap, which then has nothing to swap. */
  private static String swapped(Callable<String> swap) throws Exception {
    try {
      return swap.call();
    } catch (FileSystemException e) {
      return "not this time";
    }
  }

  private List<Answer> attempts(int number) {
    var read = calls.read("dir/file");
    var version = read.isError() ? "0123456789ab" : FileCalls.version(read);
    return List.of(
        calls.edits("dir/file", version, FileCalls.edit("inside", "inside")),
        calls.call("write_file", "path", "dir/file", "content", "inside", "version", version),
        calls.write("dir/new" + number % 100, "inside"),
        calls.write("dir/made" + number % 100 + "/new", "inside"));
  }

  private void assertNothingTemporaryIsLeft() throws IOException {
    try (var paths = Files.walk(root)) {
      assertThat(paths).noneMatch(path -> path.getFileName().toString().startsWith(".millrace-"));
    }
  }
}
