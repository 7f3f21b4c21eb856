package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;

/** Writes replies to one connection, with the faults that their delivery asks for. */
final class ReplyWriter {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  ReplyWriter(Socket socket, InputStream in, OutputStream out) {
    this.socket = socket;
    this.in = in;
    this.out = out;
  }

  /** Returns whether the connection may carry another request. */
  boolean write(WireReply reply, HttpRequest request) throws IOException, InterruptedException {
    return write(reply, request.http11(), request.keepAlive());
  }

  boolean write(WireReply reply, boolean http11, boolean keepAlive)
      throws IOException, InterruptedException {
    Delivery delivery = reply.delivery();
    if (delivery.headersHeldBack()) {
      waitUntilClientLeaves();
      return false;
    }
    boolean badChunk = delivery.stop() != null && delivery.stop().cut() == Cut.BAD_CHUNK;
    boolean chunked = http11 && (reply.chunked() || badChunk);
    boolean ended = http11 && keepAlive;
    writeHead(reply, chunked, ended);
    var body = new BodyWriter(out, chunked, delivery.pieces(), delivery.interval());
    writeBody(reply, body);
    if (delivery.stop() != null) {
      stop(delivery, delivery.stop(), body);
      return false;
    }
    body.end();
    return ended;
  }

  private void writeHead(WireReply reply, boolean chunked, boolean keepAlive) throws IOException {
    var headers = new LinkedHashMap<String, String>();
    headers.put("content-type", reply.contentType());
    headers.put("request-id", reply.requestId());
    headers.put("cache-control", "no-cache");
    if (chunked) {
      headers.put("transfer-encoding", "chunked");
    } else if (!reply.chunked()) {
      headers.put("content-length", Long.toString(length(reply.frames())));
    }
    if (!keepAlive) {
      headers.put("connection", "close");
    }
    headers.putAll(reply.delivery().headers());
    var head = new StringBuilder("HTTP/1.1 ").append(reply.status()).append(" \r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
  }

  private static long length(Iterable<byte[]> frames) {
    long length = 0;
    for (byte[] frame : frames) {
      length += frame.length;
    }
    return length;
  }

  /** Writes the body up to its stop or its end. */
  private static void writeBody(WireReply reply, BodyWriter body)
      throws IOException, InterruptedException {
    var stop = reply.delivery().stop();
    long bytesLeft = stop == null ? Long.MAX_VALUE : stop.bytes();
    int events = 0;
    for (byte[] frame : reply.frames()) {
      if (bytesLeft == 0 || (stop != null && stop.events() == events)) {
        return;
      }
      int length = (int) Math.min(frame.length, bytesLeft);
      body.write(frame, length);
      bytesLeft -= length;
      events++;
    }
  }

  private void stop(Delivery delivery, Delivery.Stop stop, BodyWriter body)
      throws IOException, InterruptedException {
    body.flush();
    if (stop.cut() != null) {
      cut(stop.cut());
    } else if (delivery.pings() == null) {
      waitUntilClientLeaves();
    } else {
      pingUntilClientLeaves(body, delivery.pings());
    }
  }

  private void cut(Cut cut) throws IOException {
    switch (cut) {
      case FIN -> socket.shutdownOutput();
      case RST -> socket.setSoLinger(true, 0);
      case BAD_CHUNK -> {
        out.write("no length\r\n".getBytes(ISO_8859_1));
        out.flush();
        socket.shutdownOutput();
      }
    }
    socket.close();
  }

  private void waitUntilClientLeaves() throws IOException {
    out.flush();
    in.transferTo(OutputStream.nullOutputStream());
  }

  // Ends when the client has left, for then a write fails; an interrupt ends the pause.
  private static void pingUntilClientLeaves(BodyWriter body, Duration interval)
      throws IOException, InterruptedException {
    while (true) {
      body.write(SseFrames.PING, SseFrames.PING.length);
      body.flush();
      Thread.sleep(interval);
    }
  }
}
