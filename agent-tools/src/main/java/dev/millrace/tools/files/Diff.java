package dev.millrace.tools.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What replacements did, in lines: a minus and its old number before what is gone, a plus and its
 * new number before what has come, and a little of what stands around. For one result.
 */
final class Diff {
  private static final int CONTEXT = 2;
  private static final int MOST_BYTES = 400;

  private final byte[] content;
  private final int maxCharacters;
  private final StringBuilder text = new StringBuilder();
  private int shownUntil;
  private int countedUntil;
  private long line = 1;
  private long added;
  private long hidden;

  private Diff(byte[] content, int maxCharacters) {
    this.content = content;
    this.maxCharacters = maxCharacters;
  }

  /**
   * The changes, each line after a line break; what is too much is counted.
   *
   * @param replacements sorted, none overlaps another
   */
  static String of(byte[] content, List<Replacement> replacements, int maxCharacters) {
    var diff = new Diff(content, maxCharacters);
    var changes = diff.changes(replacements);
    for (int i = 0; i < changes.size(); i++) {
      int next = i + 1 < changes.size() ? changes.get(i + 1).start() : content.length;
      diff.show(changes.get(i), next);
    }
    if (diff.hidden > 0) {
      var more = Shown.count(diff.hidden, "more line", "more lines");
      diff.text.append("\n[… ").append(more).append(" of changes]");
    }
    return diff.text.toString();
  }

  /** Whole lines of the content, and the lines in their place. */
  private record Change(int start, int end, List<ByteBuffer> before, List<ByteBuffer> after) {
    /** The same without the lines that are the same at its start and its end. */
    Change trimmed() {
      int most = Math.min(before.size(), after.size());
      int head = 0;
      while (head < most && before.get(head).equals(after.get(head))) {
        head++;
      }
      int tail = 0;
      while (tail < most - head
          && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
        tail++;
      }
      return new Change(
          start + length(before.subList(0, head)),
          end - length(before.subList(before.size() - tail, before.size())),
          before.subList(head, before.size() - tail),
          after.subList(head, after.size() - tail));
    }

    private static int length(List<ByteBuffer> lines) {
      return lines.stream().mapToInt(ByteBuffer::remaining).sum();
    }
  }

  private List<Change> changes(List<Replacement> replacements) {
    var changes = new ArrayList<Change>();
    int i = 0;
    while (i < replacements.size()) {
      int start = lineStart(replacements.get(i).start());
      int end = start;
      int done = start;
      var after = new ByteArrayOutputStream();
      do {
        var next = replacements.get(i++);
        after.write(content, done, next.start() - done);
        after.writeBytes(next.with());
        done = next.end();
        end = done < end ? end : lineEnd(next);
      } while (i < replacements.size() && replacements.get(i).start() < end);
      after.write(content, done, end - done);
      byte[] bytes = after.toByteArray();
      changes.add(
          new Change(start, end, lines(content, start, end), lines(bytes, 0, bytes.length))
              .trimmed());
    }
    return changes;
  }

  private int lineStart(int at) {
    int start = at;
    while (start > 0 && content[start - 1] != '\n') {
      start--;
    }
    return start;
  }

  /** Where the lines end that a replacement touches: it may end with a line, or within one. */
  private int lineEnd(Replacement replacement) {
    byte[] with = replacement.with();
    int end = replacement.end();
    boolean endsLine =
        with.length > 0
            ? with[with.length - 1] == '\n'
            : replacement.start() == 0 || content[replacement.start() - 1] == '\n';
    boolean isBetweenLines = end > 0 && content[end - 1] == '\n' && endsLine;
    while (!isBetweenLines && end < content.length && content[end++] != '\n') {
      // On to the next line end.
    }
    return end;
  }

  private static List<ByteBuffer> lines(byte[] bytes, int from, int to) {
    var lines = new ArrayList<ByteBuffer>();
    int start = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || i == to - 1) {
        lines.add(ByteBuffer.wrap(bytes, start, i + 1 - start));
        start = i + 1;
      }
    }
    return lines;
  }

  private void show(Change change, int next) {
    int from = change.start();
    for (int i = 0; i < CONTEXT && from > shownUntil; i++) {
      from = lineStart(from - 1);
    }
    countTo(from);
    var above = lines(content, Math.max(from, shownUntil), change.start());
    above.forEach(same -> append(' ', line++ + added, same));
    countedUntil = change.start();
    long number = line;
    change.before().forEach(old -> append('-', line++, old));
    for (var come : change.after()) {
      append('+', number++ + added, come);
    }
    added += change.after().size() - change.before().size();
    countedUntil = change.end();
    below(change.end(), next);
  }

  private void below(int from, int until) {
    int end = from;
    for (int i = 0; i < CONTEXT && end < until; i++) {
      int start = end;
      while (end < until && content[end++] != '\n') {
        // On to the next line end.
      }
      append(' ', line++ + added, ByteBuffer.wrap(content, start, end - start));
    }
    countedUntil = end;
    shownUntil = end;
  }

  private void countTo(int offset) {
    for (; countedUntil < offset; countedUntil++) {
      line += content[countedUntil] == '\n' ? 1 : 0;
    }
  }

  private void append(char sign, long number, ByteBuffer bytes) {
    if (text.length() > maxCharacters) {
      hidden += sign == ' ' ? 0 : 1;
      return;
    }
    int length = Math.min(bytes.remaining(), MOST_BYTES);
    var shown = UTF_8.decode(bytes.slice(bytes.position(), length)).toString().stripTrailing();
    text.append('\n').append(sign).append("%6d\t".formatted(number)).append(shown);
    text.append(length < bytes.remaining() ? "…" : "");
  }
}
