package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import java.io.IOException;

/** A way to a server. Thread-safe. */
interface Transport extends AutoCloseable {
  /**
   * Begins.
   *
   * @param peer told what comes
   */
  void start(Peer peer) throws IOException;

  /**
   * Sends a request without waiting. The peer is told its answer or its failure.
   *
   * @param isRepeatable whether it does no harm that the server gets it twice
   * @return closing it gives the request up
   */
  Sent request(String id, RawJson message, boolean isRepeatable) throws IOException;

  /** Sends a notification or an answer; waits some seconds at most. */
  void tell(RawJson message) throws IOException, InterruptedException;

  /** The version of the protocol that was agreed on, after which notifications may come. */
  void agreed(String protocolVersion);

  /** Ends it within some seconds; calling it again does nothing. */
  @Override
  void close();

  /** A request that is under way. */
  @FunctionalInterface
  interface Sent extends AutoCloseable {
    @Override
    void close();
  }
}
