package dev.millrace.agent.client;

import dev.millrace.agent.message.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The messages of a conversation's requests as bytes. What was rendered for one request is used for
 * the next, which as a rule begins with it. Thread-safe.
 */
final class MessageBytes {
  private final List<Message> messages = new ArrayList<>();
  private byte[] bytes = {};
  private int[] ends = new int[16];

  /** Some of the bytes, which never change. */
  record Part(byte[] bytes, int length) {
    void writeTo(OutputStream out) throws IOException {
      out.write(bytes, 0, length);
    }
  }

  /** These messages, with commas between them. */
  synchronized Part of(List<Message> wanted) {
    int same = same(wanted);
    if (same < messages.size()) {
      // A copy, since other requests may still be sent from these bytes.
      bytes = Arrays.copyOf(bytes, same == 0 ? 0 : ends[same - 1]);
      messages.subList(same, messages.size()).clear();
    }
    for (int i = same; i < wanted.size(); i++) {
      append(wanted.get(i));
    }
    return new Part(bytes, length());
  }

  private int same(List<Message> wanted) {
    int most = Math.min(messages.size(), wanted.size());
    int same = 0;
    while (same < most && messages.get(same).equals(wanted.get(same))) {
      same++;
    }
    return same;
  }

  private int length() {
    return messages.isEmpty() ? 0 : ends[messages.size() - 1];
  }

  private void append(Message message) {
    var json = message.json().text().getBytes(StandardCharsets.UTF_8);
    int at = length();
    int end = at + json.length + (at == 0 ? 0 : 1);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length + bytes.length / 2));
    }
    if (at > 0) {
      bytes[at++] = ',';
    }
    System.arraycopy(json, 0, bytes, at, json.length);
    if (messages.size() == ends.length) {
      ends = Arrays.copyOf(ends, ends.length * 2);
    }
    ends[messages.size()] = end;
    messages.add(message);
  }
}
