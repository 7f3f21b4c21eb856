package dev.millrace.testkit;

/**
 * The one who decides what a {@link MessagesServer} answers.
 *
 * <p>It is called on the connection's own virtual thread, for many connections at once, so it must
 * be thread-safe; it may block. An exception or assertion error that it throws is answered with a
 * status 500 and makes {@link MessagesServer#verify()} fail.
 */
@FunctionalInterface
public interface Responder {
  /** Returns the answer to one request. */
  Reply reply(RecordedRequest request);
}
