package dev.millrace.tools.web;

/** Text that grows word by word and line by line, up to a cap. For one thread. */
final class TextFlow {
  private final StringBuilder text = new StringBuilder();
  private final int most;
  private int breaks;
  private boolean hasSpace;
  private boolean isOpened;
  private boolean isFull;

  TextFlow(int most) {
    this.most = most;
  }

  /** Adds words; white space between them becomes one space. */
  void words(String words) {
    for (int i = 0; i < words.length() && !isFull; i++) {
      char c = words.charAt(i);
      if (c <= ' ' || c == '\u00a0') {
        hasSpace = true;
      } else {
        gap();
        put(c);
      }
    }
  }

  /** Adds text as it stands. */
  void verbatim(String lines) {
    gap();
    putAll(lines);
  }

  /** Adds a mark that what follows belongs to, on the same line. */
  void open(String mark) {
    gap();
    putAll(mark);
    isOpened = true;
  }

  /** Adds a mark that belongs to what came before. */
  void close(String mark) {
    putAll(mark);
    isOpened = false;
  }

  /** Takes a mark back that was just opened, and says whether it was. */
  boolean takeBack(String mark) {
    boolean isEmpty = isOpened && text.lastIndexOf(mark) == text.length() - mark.length();
    if (isEmpty) {
      text.setLength(text.length() - mark.length());
      isOpened = false;
    }
    return isEmpty;
  }

  /** Ends the line, and leaves {@code count - 1} lines empty. */
  void end(int count) {
    breaks = Math.max(breaks, count);
    hasSpace = false;
  }

  private void gap() {
    if (!isOpened && !text.isEmpty()) {
      if (breaks > 0) {
        putAll("\n".repeat(breaks));
      } else if (hasSpace) {
        put(' ');
      }
    }
    breaks = 0;
    hasSpace = false;
    isOpened = false;
  }

  private void putAll(String text) {
    for (int i = 0; i < text.length() && !isFull; i++) {
      put(text.charAt(i));
    }
  }

  private void put(char c) {
    isFull |= text.length() >= most;
    if (!isFull) {
      text.append(c);
    }
  }

  /** Whether something was left out because the cap was reached. */
  boolean isFull() {
    return isFull;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
