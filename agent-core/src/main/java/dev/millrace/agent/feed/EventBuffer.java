package dev.millrace.agent.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The newest events of a run, numbered from 1. Guarded by the feed's lock. */
final class EventBuffer {
  private final int maxEvents;
  private final int maxCharacters;
  private final List<Entry> entries = new ArrayList<>();
  private long last;
  private long characters;

  EventBuffer(int maxEvents, int maxCharacters) {
    this.maxEvents = maxEvents;
    this.maxCharacters = maxCharacters;
  }

  /**
   * Takes a piece.
   *
   * @param json the event of this piece, asked for when it joins none before it
   * @return the entry that it opened; empty when it joined one
   */
  Optional<Entry> add(Origin of, String piece, Supplier<String> json) {
    if (!entries.isEmpty()
        && entries.getLast() instanceof Entry.Pieces pieces
        && pieces.takes(of)) {
      pieces.add(piece);
      last++;
      characters += piece.length();
      return Optional.empty();
    }
    return Optional.of(add(new Entry.Pieces(of, last + 1, json.get(), piece)));
  }

  /** Takes an event that is whole. */
  Entry add(Origin of, String json, String text) {
    return add(new Entry.Whole(of, last + 1, json, text));
  }

  private Entry add(Entry entry) {
    last++;
    characters += entry.characters();
    entries.add(entry);
    forget();
    return entry;
  }

  /** The newest entry stays, however large it is. */
  private void forget() {
    int gone = 0;
    while (gone < entries.size() - 1
        && (last - entries.get(gone).first() >= maxEvents || characters > maxCharacters)) {
      characters -= entries.get(gone).characters();
      gone++;
    }
    entries.subList(0, gone).clear();
  }

  /** The number of the newest event, 0 before the first. */
  long last() {
    return last;
  }

  /** Whether all that came after this event is there. */
  boolean hasAllAfter(long id) {
    return entries.isEmpty() ? id == last : id >= entries.getFirst().first() - 1 && id <= last;
  }

  /** The entry that has the event after this one, null when there is none yet. */
  @Nullable Entry after(long id) {
    if (id >= last) {
      return null;
    }
    int low = 0;
    int high = entries.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).last() > id) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return entries.get(low);
  }

  /** Whether more may still join this entry. */
  boolean isGrowing(Entry entry) {
    return entry instanceof Entry.Pieces && entry.last() == last();
  }
}
