package dev.millrace.tools.mcp;

/** What a {@link Transport} tells of the server. Thread-safe. */
interface Peer {
  /**
   * A message has come. May wait while an answer to it is sent, so that a server that floods is
   * slowed down.
   *
   * @return false when it is no message at all
   */
  boolean received(String json);

  /** The request will not be answered. Nothing happens when it was already. */
  void failed(String id, Fault why);

  /** A message was lost that may have been the answer to any request. */
  void failedAll(Fault why);

  /** Nothing will be answered any more. */
  void gone(Fault why);
}
