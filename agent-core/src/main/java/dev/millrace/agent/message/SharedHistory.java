package dev.millrace.agent.message;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Messages in the order in which they were added. All transcripts that begin with them share them,
 * each with a size of its own, so that a message is added without copying the ones before. A
 * transcript that is kept so keeps what was first added to it, too. Thread-safe.
 */
final class SharedHistory {
  private static final int NONE = Integer.MAX_VALUE;

  private Message[] messages;
  private int size;
  private final Map<String, Integer> calls = new HashMap<>();
  private int firstServerTool = NONE;

  private SharedHistory(int capacity) {
    this.messages = new Message[capacity];
  }

  static SharedHistory of(List<Message> messages) {
    var history = new SharedHistory(messages.size() + 8);
    messages.forEach(history::add);
    return history;
  }

  /**
   * A history with this message at {@code at}, and those before it: this one, unless it has gone on
   * otherwise from there.
   */
  synchronized SharedHistory plus(int at, Message message) {
    if (at == size) {
      add(message);
      return this;
    }
    var branch = new SharedHistory(at + 8);
    for (int i = 0; i < at; i++) {
      branch.add(messages[i]);
    }
    branch.add(message);
    return branch;
  }

  private void add(Message message) {
    if (size == messages.length) {
      messages = Arrays.copyOf(messages, size * 2);
    }
    for (var block : message.content()) {
      if (block instanceof ContentBlock.ToolUse use) {
        calls.putIfAbsent(use.id(), size);
      } else if (firstServerTool == NONE && ServerToolUses.isOne(block)) {
        firstServerTool = size;
      }
    }
    messages[size++] = message;
  }

  /** Whether one of the first messages has a call of this id. */
  synchronized boolean hasCall(String id, int size) {
    return calls.getOrDefault(id, NONE) < size;
  }

  /** Whether one of the first messages has a server tool's call or result. */
  synchronized boolean hasServerTools(int size) {
    return firstServerTool < size;
  }

  /** The first messages, which stay what they are whatever is added. */
  synchronized List<Message> first(int size) {
    return new View(messages, size);
  }

  private static final class View extends AbstractList<Message> implements RandomAccess {
    private final Message[] messages;
    private final int size;

    View(Message[] messages, int size) {
      this.messages = messages;
      this.size = size;
    }

    @Override
    public Message get(int index) {
      return messages[Objects.checkIndex(index, size)];
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public Object[] toArray() {
      return Arrays.copyOf(messages, size, Object[].class);
    }
  }
}
