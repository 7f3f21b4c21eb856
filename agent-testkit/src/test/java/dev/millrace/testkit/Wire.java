package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A client without manners: a socket, so that a test sees every byte and every way to end. */
final class Wire implements AutoCloseable {
  static final String ASK =
      """
      {"model":"claude-opus-5-5","max_tokens":100,"stream":true,\
      "messages":[{"role":"user","content":"hi"}]}\
      """;

  private final Socket socket;

  Wire(MessagesServer server) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(20_000);
  }

  Wire send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    return this;
  }

  /** Sends a request for messages with the headers that the API wants. */
  Wire ask(String body) throws IOException {
    return send(head() + "content-length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body);
  }

  static String head() {
    return """
    POST /v1/messages HTTP/1.1\r
    host: localhost\r
    x-api-key: test\r
    anthropic-version: 2026-10-21\r
    content-type: application/json\r
    """;
  }

  void timeout(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /** Reads up to the end of what this text ends, and returns it all. */
  String readUntil(String end) throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (!bytes.toString(UTF_8).endsWith(end)) {
      int b = in().read();
      if (b < 0) {
        throw new IOException("ended before '" + end + "': " + bytes.toString(UTF_8));
      }
      bytes.write(b);
    }
    return bytes.toString(UTF_8);
  }

  /** Reads to the end of the connection. */
  String readAll() throws IOException {
    return new String(in().readAllBytes(), UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
