package dev.millrace.testkit;

/** How a connection ends in the middle of an answer. */
public enum Cut {
  /** The connection is closed in an orderly way: the client reads an end of stream. */
  FIN,
  /** The connection is reset: the client's read or write fails. */
  RST,
  /** A chunk header that is no number is sent, then the connection is closed. */
  BAD_CHUNK
}
