package dev.millrace.agent.cache;

import dev.millrace.agent.message.Usage;

/**
 * A request whose beginning was not read from the prompt cache as far as the one before was said.
 *
 * @param sessionId of the conversation, empty for a run without a session
 * @param turn of the run
 * @param pointer the JSON pointer, in the request's body, of the first block that is not what it
 *     was in the request before; empty when all of that is the same, so that the entry had expired
 *     or was never made
 * @param block what is there, in a few words: {@code tool "get_weather"}, {@code user message 3}
 * @param usage of the turn
 */
public record CacheMiss(String sessionId, int turn, String pointer, String block, Usage usage) {

  /** Whether the request differs from the one before, and not only the cache. */
  public boolean isChange() {
    return !pointer.isEmpty();
  }

  /** The part of the request that changed: its first member's name; {@code nothing} for none. */
  public String part() {
    return isChange() ? pointer.substring(1).split("/", 2)[0] : "nothing";
  }

  /** In a sentence. */
  @Override
  public String toString() {
    var why =
        isChange()
            ? block + " (" + pointer + ") is not what it was in the request before"
            : "nothing changed, so the entry had expired or the prompt is too short for one";
    return "turn %d read %d of %d prompt tokens from the cache: %s"
        .formatted(turn, usage.cacheReadInputTokens(), usage.promptTokens(), why);
  }
}
