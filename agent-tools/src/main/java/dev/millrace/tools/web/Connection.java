package dev.millrace.tools.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connected socket, for one request.
 *
 * @param stream to read and write, with TLS or without
 * @param wire what is closed: a TLS socket that is closed in order may wait for its peer
 */
record Connection(Socket stream, Socket wire) implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);
  private static final Http1Config HTTP =
      Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(200).build();

  /** HTTP spoken over a connection, which fails when more bytes come than it has a budget for. */
  static final class Http extends DefaultBHttpClientConnection {
    private final ByteBudget budget;

    private Http(ByteBudget budget) {
      super(HTTP);
      this.budget = budget;
    }

    @Override
    public void bind(Socket socket) throws IOException {
      bind(
          new SocketHolder(socket) {
            @Override
            protected InputStream getInputStream(Socket socket) throws IOException {
              return new Counted(socket.getInputStream(), budget);
            }
          });
    }
  }

  /** HTTP over this connection. */
  Http http(ByteBudget budget) throws IOException {
    var http = new Http(budget);
    http.bind(stream);
    return http;
  }

  @Override
  public void close() {
    abort(wire);
  }

  /** Closes a socket from any thread; reads of others fail at once. */
  static void abort(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("a socket did not close in order", e);
    }
  }

  private static final class Counted extends FilterInputStream {
    private final ByteBudget budget;

    Counted(InputStream in, ByteBudget budget) {
      super(in);
      this.budget = budget;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      budget.take(count);
      return count;
    }
  }
}
