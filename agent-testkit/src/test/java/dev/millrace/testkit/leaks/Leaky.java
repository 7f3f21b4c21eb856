package dev.millrace.testkit.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples for {@link LeakRuleTest}: test classes that leave one thing each, and a clean one. */
final class Leaky {
  private static final Deque<AutoCloseable> LEFT = new ConcurrentLinkedDeque<>();

  private Leaky() {}

  /** Takes away what the samples have left. */
  static void tidy() throws Exception {
    while (!LEFT.isEmpty()) {
      LEFT.pop().close();
    }
  }

  private static void waiting(Thread.Builder builder) {
    var end = new CountDownLatch(1);
    var thread =
        builder.start(() -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    LEFT.push(() -> {
      end.countDown();
      thread.join();
    });
  }

  private static void socket() throws IOException {
    LEFT.push(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
  }

  private static void file(Path folder) throws IOException {
    LEFT.push(Files.newOutputStream(folder.resolve("left.txt")));
  }

  private static void child() throws IOException {
    var child = new ProcessBuilder("sleep", "600").start();
    LEFT.push(() -> child.destroyForcibly().waitFor());
  }

  static final class LeavesAThread {
    @Test
    void test() {
      waiting(Thread.ofPlatform().name("left platform"));
    }
  }

  static final class LeavesAVirtualThread {
    @Test
    void test() {
      waiting(Thread.ofVirtual().name("left \"virtual\""));
    }
  }

  static final class LeavesASocket {
    @Test
    void test() throws IOException {
      socket();
    }
  }

  static final class LeavesAFile {
    @Test
    void test(@TempDir Path folder) throws IOException {
      file(folder);
    }
  }

  static final class LeavesAChild {
    @Test
    void test() throws IOException {
      child();
    }
  }

  static final class ThrowsUncaught {
    @Test
    void test() throws InterruptedException {
      for (var builder : new Thread.Builder[] {Thread.ofPlatform(), Thread.ofVirtual()}) {
        builder
            .name("thrower")
            .start(() -> {
              throw new IllegalStateException("nobody caught this");
            })
            .join();
      }
    }
  }

  static final class Clean {
    @Test
    void test(@TempDir Path folder) throws Exception {
      waiting(Thread.ofPlatform());
      waiting(Thread.ofVirtual());
      socket();
      file(folder);
      child();
      assertThat(LEFT).hasSize(5);
      tidy();
    }
  }
}
