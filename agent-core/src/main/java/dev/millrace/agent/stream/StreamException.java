package dev.millrace.agent.stream;

/**
 * A stream that does not keep to the protocol, or that broke off before its {@code message_stop}.
 * What was received of the message is void.
 */
public class StreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StreamException(String message) {
    super(message);
  }

  public StreamException(String message, Throwable cause) {
    super(message, cause);
  }
}
