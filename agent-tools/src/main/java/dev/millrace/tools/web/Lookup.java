package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks names up, each on a thread of its own: the system's resolver heeds neither interrupts nor
 * time limits. Those that it keeps waiting are counted, so that they cannot pile up.
 */
final class Lookup {
  private static final Logger log = LoggerFactory.getLogger(Lookup.class);
  private static final int MAX_AT_ONCE = 64;
  private static final int MAX_ADDRESSES = 16;

  private final Network.HostResolver resolver;
  private final Semaphore free = new Semaphore(MAX_AT_ONCE);

  Lookup(Network.HostResolver resolver) {
    this.resolver = resolver;
  }

  /** All addresses of a host, one at least. */
  List<InetAddress> addresses(HostName host, Watch watch) throws ToolFailure {
    if (host.literal().isPresent()) {
      return List.of(host.literal().get());
    }
    var lookup = start(host.name());
    watch.guard(() -> lookup.cancel(true));
    try {
      var found = List.of(lookup.get());
      if (found.isEmpty() || found.size() > MAX_ADDRESSES) {
        throw new ToolFailure(
            "The host %s has %d addresses, so it is not reached."
                .formatted(host.name(), found.size()));
      }
      return found;
    } catch (InterruptedException e) {
      lookup.cancel(true);
      Thread.currentThread().interrupt();
      throw watch.stopped();
    } catch (CancellationException e) {
      throw watch.stopped();
    } catch (ExecutionException e) {
      throw failed(host, e.getCause());
    }
  }

  private FutureTask<InetAddress[]> start(String host) throws ToolFailure {
    if (!free.tryAcquire()) {
      throw new ToolFailure("Too many names are being looked up. Try again later.");
    }
    var lookup = new FutureTask<>(() -> resolver.resolve(host));
    Thread.ofPlatform()
        .daemon()
        .name("millrace-fetch-lookup")
        .start(() -> {
          try {
            lookup.run();
          } finally {
            free.release();
          }
        });
    return lookup;
  }

  private static ToolFailure failed(HostName host, @Nullable Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return new ToolFailure(
          "There is no host " + host.name() + ", or its name server does not answer.", cause);
    }
    log.warn("looking up {} failed", host.name(), cause);
    return new ToolFailure("The host " + host.name() + " could not be looked up.", cause);
  }
}
