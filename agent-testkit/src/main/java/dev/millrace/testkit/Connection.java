package dev.millrace.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One client's connection, served on its own thread, request after request. */
final class Connection {
  private static final int LINGER_MILLIS = 5_000;

  private final int number;
  private final Socket socket;
  private final Exchange exchange;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** A connection that has not been started; {@code onEnd} is called when it is over. */
  Connection(int number, Socket socket, Exchange exchange, Consumer<Connection> onEnd) {
    this.number = number;
    this.socket = socket;
    this.exchange = exchange;
    String name = "messages-server-" + socket.getLocalPort() + "-connection-" + number;
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(onEnd));
  }

  void start() {
    thread.start();
  }

  private void run(Consumer<Connection> onEnd) {
    try (socket) {
      socket.setTcpNoDelay(true);
      serve();
    } catch (IOException e) {
      // The client has left or the server is closing: that is how connections end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server is closing
    } finally {
      onEnd.accept(this);
      ended.countDown();
    }
  }

  private void serve() throws IOException, InterruptedException {
    var in = new BufferedInputStream(socket.getInputStream(), 4096);
    var out = new BufferedOutputStream(socket.getOutputStream(), 8192);
    var reader = new RequestReader(in, out, exchange.maxBody());
    var writer = new ReplyWriter(socket, in, out);
    try {
      boolean open = true;
      while (open) {
        HttpRequest request = reader.read();
        open = request != null && writer.write(exchange.answer(number, request), request);
      }
    } catch (HttpException e) {
      writer.write(exchange.answer(e.reply()), true, false);
      socket.shutdownOutput();
      // What the client still sends is read, else the reset would overtake the answer.
      socket.setSoTimeout(LINGER_MILLIS);
      in.skipNBytes(4L * exchange.maxBody());
    }
  }

  /** Ends the connection from outside, whatever it is doing. */
  void close() throws IOException {
    thread.interrupt();
    socket.close();
  }

  /** Returns whether its thread has ended by then, in the time of {@link System#nanoTime()}. */
  boolean awaitEnd(long deadline) throws InterruptedException {
    return ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
