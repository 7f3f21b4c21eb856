package dev.millrace.agent.feed;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.message.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The fewest events that show where a run is: who takes them in order has what somebody has who saw
 * all. Guarded by the feed's lock.
 */
final class RunView {
  private final int maxCharacters;
  private final List<Entry> entries = new ArrayList<>();
  private boolean isPartial;

  RunView(int maxCharacters) {
    this.maxCharacters = maxCharacters;
  }

  /** Takes what is new, and drops what it replaces. */
  void add(Entry entry) {
    entries.removeIf(old -> isReplaced(old.of(), entry.of()));
    entries.add(entry);
    stayBelowLimit();
  }

  private static boolean isReplaced(Origin old, Origin by) {
    if (by.is(AgentEvent.MessageCompleted.class)
        || by.is(AgentEvent.TurnRetried.class)
        || by.is(AgentEvent.TranscriptCompacted.class)) {
      return old.isStreamed() && old.path().equals(by.path());
    }
    boolean isFinished = by.is(AgentEvent.ToolFinished.class);
    if (isFinished || by.is(AgentEvent.ToolProgress.class)) {
      boolean isProgress =
          old.is(AgentEvent.ToolProgress.class) && old.toolUseId().equals(by.toolUseId());
      return isProgress || (isFinished && old.isInside(by));
    }
    return false;
  }

  private void stayBelowLimit() {
    long characters = entries.stream().mapToLong(Entry::characters).sum();
    int gone = 0;
    while (characters > maxCharacters && gone < entries.size() - 1) {
      characters -= entries.get(gone++).characters();
    }
    isPartial |= gone > 0;
    entries.subList(0, gone).clear();
  }

  /** As one event. */
  String json() {
    var events =
        entries.stream()
            .map(entry ->
                switch (entry) {
                  case Entry.Pieces pieces -> pieces.json(pieces.textAfter(0));
                  case Entry.Whole whole -> whole.json();
                })
            .map(RawJson::parse)
            .toList();
    return EventJson.snapshot(events, isPartial).text();
  }

  /** What was said until now, for the plain format. */
  String text() {
    return entries.stream()
        .map(entry ->
            switch (entry) {
              case Entry.Pieces pieces -> pieces.of().isText() ? pieces.textAfter(0) : "";
              case Entry.Whole whole -> whole.text();
            })
        .collect(Collectors.joining());
  }
}
