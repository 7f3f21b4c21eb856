package dev.millrace.testkit.leaks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Selector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What the JVM opens when it is first needed, and keeps. Had before the first test, it looks like
 * no test's own afterwards: the pollers of virtual threads with their descriptors, the threads
 * behind timed waits, the socket that replaces closed ones.
 */
final class OnceForTheJvm {
  private OnceForTheJvm() {}

  static void opened() {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var selector = Selector.open()) {
      selector.selectNow();
      var accepting = Thread.ofVirtual().start(() -> answerOne(server));
      for (int i = 0; accepting.getState() != Thread.State.WAITING && i < 1_000; i++) {
        Thread.sleep(1); // the pollers come with the first virtual thread that waits for a socket
      }
      try (var client = new Socket(server.getInetAddress(), server.getLocalPort())) {
        client.getInputStream().readAllBytes();
      }
      accepting.join();
      var soon = CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS);
      CompletableFuture.runAsync(() -> {}, soon).join();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use a socket on loopback", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answerOne(ServerSocket server) {
    try (var connection = server.accept()) {
      Thread.sleep(2);
      connection.getOutputStream().write(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
