package dev.millrace.tools.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While the tools look, somebody swaps what they look at for links to the outside. */
@Timeout(240)
class SwapRaceTest {
  private static final int SWAPS = Integer.getInteger("millrace.swaps", 20_000);
  private static final String SECRET = "the-secret-outside";

  @TempDir Path temporary;
  private Path root;
  private Path outside;

  @BeforeEach
  void plant() throws IOException {
    root = Files.createDirectories(temporary.resolve("root"));
    outside = Files.createDirectories(temporary.resolve("outside"));
    Files.writeString(outside.resolve("file"), SECRET);
    Files.writeString(outside.resolve(SECRET), SECRET);
  }

  @Test
  void aDirectorySwappedForALinkLetsNothingOut() throws Exception {
    Files.createDirectories(root.resolve("dir"));
    Files.writeString(root.resolve("dir/file"), "inside");
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
  void aFileSwappedForALinkLetsNothingOut() throws Exception {
    Files.createDirectories(root.resolve("dir"));
    Files.writeString(root.resolve("dir/file"), "inside");
    Files.createSymbolicLink(root.resolve("link"), outside.resolve("file"));
    Files.createLink(root.resolve("dir/same"), root.resolve("dir/file"));
    race(() -> {
      Files.move(root.resolve("link"), root.resolve("dir/file"), ATOMIC_MOVE);
      Files.createSymbolicLink(root.resolve("link"), outside.resolve("file"));
      Files.createLink(root.resolve("spare"), root.resolve("dir/same"));
      Files.move(root.resolve("spare"), root.resolve("dir/file"), ATOMIC_MOVE);
      return "swapped";
    });
  }

  @Test
  void aDirectorySwappedForAFileLeavesNoHandleOpen() throws Exception {
    Files.createDirectories(root.resolve("dir"));
    Files.writeString(root.resolve("dir/file"), "inside");
    Files.writeString(root.resolve("plain"), "no directory");
    race(() -> {
      Files.move(root.resolve("dir"), root.resolve("away"));
      Files.move(root.resolve("plain"), root.resolve("dir"));
      Files.move(root.resolve("dir"), root.resolve("plain"));
      Files.move(root.resolve("away"), root.resolve("dir"));
      return "swapped";
    });
    assertThat(openBelow(root)).isEmpty();
  }

  private static List<String> openBelow(Path folder) throws IOException {
    var open = new ArrayList<String>();
    try (var handles = Files.list(Path.of("/proc/self/fd"))) {
      for (var handle : (Iterable<Path>) handles::iterator) {
        if (Files.isSymbolicLink(handle)) { // the listing's own is gone by now
          open.add(Files.readSymbolicLink(handle).toString());
        }
      }
    }
    var real = folder.toRealPath() + "/";
    open.removeIf(target -> !target.startsWith(real));
    return open;
  }

  private void race(Callable<String> swap) throws Exception {
    var calls = FileCalls.below(root);
    var opened = Root.of(root);
    Swaps.race(
        SWAPS,
        swap,
        race -> {
          for (int i = 0; i < 100; i++) {
            race.count(readsTheInside(opened));
          }
          assertThat(calls.read("dir/file").text()).doesNotContain(SECRET);
          assertThat(calls.list("dir").text()).doesNotContain(SECRET);
          assertThat(calls.call("list_files", "recursive", true).text()).doesNotContain(SECRET);
          assertThat(calls.search("secret").text()).doesNotContain(SECRET);
        });
  }

  /** False when the file was refused. */
  private static boolean readsTheInside(Root root) throws IOException {
    try (var file = root.openFile(root.path("dir/file"))) {
      var bytes = ByteBuffer.allocate(100);
      file.channel().read(bytes);
      assertThat(new String(bytes.array(), 0, bytes.position(), UTF_8)).isEqualTo("inside");
      return true;
    } catch (ToolFailure e) {
      return false;
    }
  }
}
