package dev.millrace.agent.message;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The ids of a conversation's calls: each is used once. */
final class CallIds {
  private final Set<String> taken;
  private final Map<String, Integer> suffixes = new HashMap<>();

  CallIds(Set<String> taken) {
    this.taken = new HashSet<>(taken);
  }

  /** Takes the id itself where the API accepts it and it is free, else one made of it. */
  String take(String id) {
    var base = Sendable.isId(id) ? id : id.isEmpty() ? "call" : Sendable.sanitized(id);
    var free = base;
    while (!taken.add(free)) {
      free = base + "_" + suffixes.merge(base, 2, (used, first) -> used + 1);
    }
    return free;
  }
}
