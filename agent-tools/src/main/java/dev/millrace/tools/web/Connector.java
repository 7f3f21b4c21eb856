package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLSocket;

/**
 * The way to a server, the only one: look up once, check every address, connect to one of them. The
 * name is not looked up again, so that it cannot lead elsewhere once it was checked.
 */
final class Connector {
  private final WebAccess access;
  private final WebLimits limits;
  private final Network network;
  private final Lookup lookup;

  Connector(WebAccess access, WebLimits limits, Network network) {
    this.access = access;
    this.limits = limits;
    this.network = network;
    this.lookup = new Lookup(network.resolver());
  }

  /** A connection to a public server, with TLS where the URL says so; closed by the caller. */
  Connection connect(WebAddress target, Watch watch) throws ToolFailure {
    access.check(target);
    var addresses = lookup.addresses(target.host(), watch);
    if (!addresses.stream().allMatch(access::allows)) {
      throw new ToolFailure(
          "The host %s is refused: it does not lead to public addresses alone. Only servers of the public internet can be reached."
              .formatted(target.host().name()));
    }
    var socket = dial(addresses, target, watch);
    return target.isSecure()
        ? new Connection(secured(socket, target, watch), socket)
        : new Connection(socket, socket);
  }

  private Socket dial(List<InetAddress> checked, WebAddress target, Watch watch)
      throws ToolFailure {
    IOException last = null;
    for (var address : checked) {
      watch.check();
      // Without NO_PROXY a property of the JVM would send it to a proxy, which looks up by itself.
      var socket = new Socket(Proxy.NO_PROXY);
      watch.guard(() -> Connection.abort(socket));
      try {
        int millis = (int) Math.min(watch.leftMillis(), limits.connectTime().toMillis());
        network.dialer().connect(socket, new InetSocketAddress(address, target.port()), millis);
        return socket;
      } catch (IOException e) {
        Connection.abort(socket);
        last = e;
      }
    }
    throw Unreachable.of(target, last, watch);
  }

  /** The certificate must be one for the name, whatever address was connected to. */
  private Socket secured(Socket socket, WebAddress target, Watch watch) throws ToolFailure {
    try {
      var tls =
          (SSLSocket)
              network.tls().get().createSocket(socket, target.host().bare(), target.port(), true);
      var parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return tls;
    } catch (IOException e) {
      Connection.abort(socket);
      throw Unreachable.of(target, e, watch);
    }
  }
}
