package dev.millrace.testkit;

/**
 * An answer of given bytes.
 *
 * @param frames the body, in the pieces it is sent in
 * @param chunked whether it is sent chunked, or with its length
 */
record RawReply(int status, String contentType, Iterable<byte[]> frames, boolean chunked)
    implements Reply {
  static final String EVENT_STREAM = "text/event-stream; charset=utf-8";
}
