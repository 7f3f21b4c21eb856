package dev.millrace.agent.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A pooled connection that logs nothing. The library's own one writes the key and all content into
 * the log when its loggers are set to debug, as a root logger often is.
 */
final class QuietConnection extends DefaultBHttpClientConnection
    implements ManagedHttpClientConnection {
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What has arrived and was not read yet, from the first answer on. */
  private @Nullable SessionInputBuffer arrived;

  QuietConnection(Http1Config config) {
    super(config);
  }

  @Override
  public void bind(Socket socket) throws IOException {
    super.bind(socket);
    closeIfLate(socket);
  }

  @Override
  public void bind(SSLSocket socket, Socket base) throws IOException {
    super.bind(socket, base);
    closeIfLate(socket);
  }

  /** A connection may be shut down while its socket is being made. */
  private void closeIfLate(Socket socket) throws IOException {
    if (closed.get()) {
      socket.close();
      throw new InterruptedIOException("the connection was shut down");
    }
  }

  @Override
  public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
    if (request instanceof Exchange.Post post) {
      post.sending(this);
    }
    refuseAnswerBeforeRequest();
    super.sendRequestHeader(request);
  }

  /**
   * Bytes that came between two requests, such as the 408 of a proxy that is tired of waiting,
   * would be taken for the answer to the next one.
   */
  private void refuseAnswerBeforeRequest() throws IOException {
    var socket = getSocket();
    if (arrived != null
        && socket != null
        && (arrived.length() > 0 || socket.getInputStream().available() > 0)) {
      throw new ConnectionClosedException("the server answered before it was asked");
    }
  }

  @Override
  protected InputStream createContentInputStream(
      long length, SessionInputBuffer buffer, InputStream socket) {
    arrived = buffer;
    return length == ContentLengthStrategy.CHUNKED
        ? new ChunkedAnswer(buffer, socket)
        : super.createContentInputStream(length, buffer, socket);
  }

  @Override
  public @Nullable Socket getSocket() {
    SocketHolder holder = getSocketHolder();
    return holder == null ? null : holder.getSocket();
  }

  @Override
  public void close() throws IOException {
    closed.set(true);
    super.close();
  }

  @Override
  public void close(CloseMode mode) {
    closed.set(true);
    super.close(mode);
  }

  /** Back in the pool; a time limit set for the end of an answer is not for the next one. */
  @Override
  public void passivate() {
    setSocketTimeout(Timeout.DISABLED);
  }

  @Override
  public void activate() {
    setSocketTimeout(Timeout.DISABLED);
  }
}
