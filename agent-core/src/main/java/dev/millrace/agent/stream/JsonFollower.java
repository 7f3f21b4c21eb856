package dev.millrace.agent.stream;

import java.util.ArrayList;
import java.util.List;

/**
 * One viewer's way through a growing JSON object: tells what is new since it was asked last.
 * Several followers of one object go their own ways. However often it is asked, the whole costs
 * time linear in the text; whoever shows a file's content while it is being written should use this
 * rather than a snapshot per delta.
 *
 * <p>Safe for use by several threads, but what one of them has been told no other is told again.
 */
public final class JsonFollower {
  private final PartialJson json;
  private final JsonScanner scanner;
  private final List<JsonChange> changes = new ArrayList<>();

  JsonFollower(PartialJson json, JsonText text, int maxDepth) {
    this.json = json;
    this.scanner = new JsonScanner(text, maxDepth, this::closed);
  }

  /**
   * What has changed since the last call, in the order of the text; empty if nothing has. After a
   * fault in the grammar nothing changes any more.
   */
  public List<JsonChange> changes() {
    synchronized (json) {
      scanner.advance();
      append();
      List<JsonChange> news =
          changes.size() == 1 ? List.of(changes.getFirst()) : List.copyOf(changes);
      changes.clear();
      return news;
    }
  }

  private void closed(int from, int to) {
    append();
    changes.add(new JsonChange.Closed(scanner.stack().pointer(), json, from, to));
  }

  private void append() {
    var grown = scanner.grown();
    if (!grown.isEmpty()) {
      changes.add(new JsonChange.Appended(scanner.stack().pointer(), grown));
    }
  }
}
