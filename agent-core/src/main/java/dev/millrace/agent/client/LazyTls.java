package dev.millrace.agent.client;

import java.io.IOException;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS that is set up with the first connection that needs it: loading the certificates takes a
 * third of the time of a first request over plain http.
 */
final class LazyTls implements TlsSocketStrategy {
  private final ReentrantLock lock = new ReentrantLock();
  private final @Nullable SSLContext given;
  private volatile @Nullable TlsSocketStrategy strategy;

  /** Uses the JVM's default context unless one is given. */
  LazyTls(@Nullable SSLContext given) {
    this.given = given;
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, @Nullable Object attachment, HttpContext context)
      throws IOException {
    return strategy().upgrade(socket, target, port, attachment, context);
  }

  private TlsSocketStrategy strategy() throws IOException {
    var made = strategy;
    if (made == null) {
      lock.lock();
      try {
        made = strategy == null ? make() : strategy;
        strategy = made;
      } finally {
        lock.unlock();
      }
    }
    return made;
  }

  private TlsSocketStrategy make() throws IOException {
    try {
      // BUILTIN: the JDK itself checks the host name, so the library's own check, which first
      // loads the list of public suffixes, has nothing left to do.
      return new DefaultClientTlsStrategy(
          given == null ? SSLContext.getDefault() : given,
          HostnameVerificationPolicy.BUILTIN,
          NoopHostnameVerifier.INSTANCE);
    } catch (NoSuchAlgorithmException e) {
      throw new SSLException("this JVM's default TLS context cannot be set up", e);
    }
  }
}
