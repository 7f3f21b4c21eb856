package dev.millrace.agent.message;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The ids of a conversation's calls: each is used once. */
final class CallIds {
  private final Predicate<String> isTaken;
  private final Set<String> given = new HashSet<>();
  private final Map<String, Integer> suffixes = new HashMap<>();

  /**
   * @param isTaken whether an id was used before
   */
  CallIds(Predicate<String> isTaken) {
    this.isTaken = isTaken;
  }

  /** Takes the id itself where the API accepts it and it is free, else one made of it. */
  String take(String id) {
    var base = Sendable.isId(id) ? id : id.isEmpty() ? "call" : Sendable.sanitized(id);
    var free = base;
    while (isTaken.test(free) || !given.add(free)) {
      free = base + "_" + suffixes.merge(base, 2, (used, first) -> used + 1);
    }
    return free;
  }
}
