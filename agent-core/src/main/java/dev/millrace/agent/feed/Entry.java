package dev.millrace.agent.feed;

import dev.millrace.agent.message.RawJson;
import java.util.Arrays;

/** What is kept of one event, or of the pieces of one thing. Guarded by the feed's lock. */
sealed interface Entry {
  Origin of();

  /** The number of its first event. */
  long first();

  /** The number of its last event. */
  long last();

  /** How much it holds. */
  int characters();

  /**
   * One event.
   *
   * @param text what the plain format says; empty for nothing
   */
  record Whole(Origin of, long first, String json, String text) implements Entry {
    @Override
    public long last() {
      return first;
    }

    @Override
    public int characters() {
      return json.length();
    }
  }

  /** Pieces that follow each other, which take little more room than their text. */
  final class Pieces implements Entry {
    private static final int MOST_PIECES = 256;
    private static final int MOST_CHARACTERS = 16_384;

    private final Origin of;
    private final long first;
    private final String before;
    private final String after;
    private final StringBuilder text = new StringBuilder();
    private int[] ends = new int[8];
    private int count;

    /**
     * @param json the event of the first piece, whose last member is the piece
     */
    Pieces(Origin of, long first, String json, String piece) {
      this.of = of;
      this.first = first;
      var quoted = RawJson.ofString(piece).text();
      int at = json.lastIndexOf(quoted);
      this.before = json.substring(0, at);
      this.after = json.substring(at + quoted.length());
      add(piece);
    }

    boolean takes(Origin origin) {
      return of.equals(origin) && count < MOST_PIECES && text.length() < MOST_CHARACTERS;
    }

    void add(String piece) {
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
      }
      text.append(piece);
      ends[count++] = text.length();
    }

    @Override
    public Origin of() {
      return of;
    }

    @Override
    public long first() {
      return first;
    }

    @Override
    public long last() {
      return first + count - 1;
    }

    @Override
    public int characters() {
      return text.length();
    }

    /** How much came after the event of this number. */
    int charactersAfter(long id) {
      return text.length() - start(id);
    }

    /** The text that came after the event of this number. */
    String textAfter(long id) {
      return text.substring(start(id));
    }

    private int start(long id) {
      return id < first ? 0 : ends[(int) (id - first)];
    }

    /** As one event with this text. */
    String json(String text) {
      return before + RawJson.ofString(text).text() + after;
    }
  }
}
