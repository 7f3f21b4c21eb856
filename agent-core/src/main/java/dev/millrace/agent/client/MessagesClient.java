package dev.millrace.agent.client;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.stream.StreamException;
import java.util.concurrent.CancellationException;

/**
 * The one seam to a model: answers a request with the events of one streamed message. {@link
 * HttpMessagesClient} asks the Messages API; others may script or replay. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface MessagesClient {
  /**
   * Streams one message and returns after its {@code message_stop}. Blocks the calling thread, on
   * which the listener is called too; interrupting that thread cancels.
   *
   * <p>An {@code error} event is thrown, never handed to the listener.
   *
   * @throws ApiException when the API refused or failed, could not be reached, or kept silent
   * @throws StreamException when the answer broke off before {@code message_stop}, or does not keep
   *     to the protocol
   * @throws CancellationException when {@code cancel} came; the interrupt flag is left set when it
   *     was an interrupt
   * @throws RuntimeException what the listener threw, as it is
   */
  void stream(MessageRequest request, CancelSignal cancel, StreamListener listener);
}
