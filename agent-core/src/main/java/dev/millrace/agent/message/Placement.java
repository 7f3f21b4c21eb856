package dev.millrace.agent.message;

import java.util.List;

/**
 * Where system messages may stand: after a user message or a server tool's result, and before an
 * assistant turn or the end.
 */
final class Placement {
  private Placement() {}

  static boolean isSystemAllowedAfter(List<Message> messages) {
    if (messages.isEmpty()) {
      return false;
    }
    var last = messages.get(messages.size() - 1);
    var content = last.content();
    return last.role() != Role.ASSISTANT
        || ServerToolUses.isResult(content.get(content.size() - 1));
  }

  /** Whether the message stands at the end when it is added. */
  static boolean isAtEnd(List<Message> messages, Message message) {
    return message.role() != Role.USER
        || messages.isEmpty()
        || messages.get(messages.size() - 1).role() != Role.SYSTEM;
  }

  /**
   * Adds a message at the end; a user message goes before system messages that stand there, since
   * none can follow them.
   *
   * @return whether it was put before a system message
   */
  static boolean append(List<Message> messages, Message message) {
    int at = messages.size();
    while (message.role() == Role.USER && at > 0 && messages.get(at - 1).role() == Role.SYSTEM) {
      at--;
    }
    messages.add(at, message);
    return at < messages.size() - 1;
  }
}
