package dev.millrace.tools.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;

/**
 * The three things of the world that a request needs. Tests give others, so that they reach
 * loopback servers while every check stays in force.
 *
 * @param dialer connects to an address that was checked
 * @param tls asked when first needed, since loading certificates takes time
 */
record Network(HostResolver resolver, Dialer dialer, Supplier<SSLSocketFactory> tls) {
  static final Network SYSTEM =
      new Network(
          InetAddress::getAllByName,
          Socket::connect,
          () -> (SSLSocketFactory) SSLSocketFactory.getDefault());

  /** Looks a name up. May block; is called on a thread of its own. */
  @FunctionalInterface
  interface HostResolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** Connects a socket. */
  @FunctionalInterface
  interface Dialer {
    void connect(Socket socket, InetSocketAddress address, int timeoutMillis) throws IOException;
  }
}
