package dev.millrace.tools.shell;

/** The head and the tail of a text of any length, in bounded memory. One thread. */
final class HeadAndTail {
  private final int headRoom;
  private final int tailRoom;
  private final StringBuilder head = new StringBuilder();
  private final StringBuilder tail = new StringBuilder();
  private long total;

  /** Keeps as many characters. */
  HeadAndTail(int characters) {
    this.headRoom = characters / 2;
    this.tailRoom = characters - headRoom;
  }

  void add(CharSequence text) {
    total += text.length();
    int toHead = Math.min(headRoom - head.length(), text.length());
    head.append(text, 0, toHead);
    // Of a long text only what can become the tail is copied.
    int from = Math.max(toHead, text.length() - tailRoom);
    tail.append(text, from, text.length());
    if (tail.length() > 2 * tailRoom) {
      tail.delete(0, tail.length() - tailRoom);
    }
  }

  /** All of it, or head and tail and how much was cut out between them. */
  String text() {
    int tailLength = Math.min(tail.length(), tailRoom);
    var end = tail.substring(tail.length() - tailLength);
    if (total == (long) head.length() + tailLength) {
      return head + end;
    }
    // Half of a surrogate pair at the cut would be no character.
    int headLength = head.length();
    headLength -= Character.isHighSurrogate(head.charAt(headLength - 1)) ? 1 : 0;
    end = Character.isLowSurrogate(end.charAt(0)) ? end.substring(1) : end;
    var cut = Shown.number(total - headLength - end.length());
    return head.substring(0, headLength) + "\n[" + cut + " characters cut out here]\n" + end;
  }
}
