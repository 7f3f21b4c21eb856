package dev.millrace.agent.message;

/**
 * The tokens that messages took. Counts that a server did not report are 0; {@link #reported} tells
 * whether it reported any.
 *
 * @param inputTokens prompt tokens neither read from nor written to the cache
 * @param outputTokens tokens made, thinking included
 * @param cacheCreationInputTokens prompt tokens written to the cache, of any time to live
 * @param cacheCreation1hInputTokens the part of those that is kept for one hour
 * @param cacheReadInputTokens prompt tokens read from the cache
 * @param webSearchRequests searches that the server ran
 * @param reported whether a server reported usage at all
 */
public record Usage(
    long inputTokens,
    long outputTokens,
    long cacheCreationInputTokens,
    long cacheCreation1hInputTokens,
    long cacheReadInputTokens,
    long webSearchRequests,
    boolean reported) {

  /** More digits do not fit a long. */
  private static final int MAX_DIGITS = 19;

  /** Nothing used, nothing reported. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, false);

  /**
   * Reads the API's {@code usage} object; missing, null and negative counts are read as 0. Where it
   * lists {@code iterations}, those that the totals leave out (compactions, attempts of models that
   * another one replaced) are counted too, because they are billed.
   */
  public static Usage of(RawJson usage) {
    if (!usage.isObject()) {
      return NONE;
    }
    var iterations = usage.find("iterations");
    var all = NONE;
    if (iterations.isPresent() && iterations.get().isArray()) {
      for (var iteration : iterations.get().elements()) {
        all = all.plus(iteration.isObject() ? counts(iteration) : NONE);
      }
    }
    return counts(usage).orMore(all);
  }

  private static Usage counts(RawJson usage) {
    return new Usage(
        count(usage, "input_tokens"),
        count(usage, "output_tokens"),
        count(usage, "cache_creation_input_tokens"),
        count(usage, "cache_creation", "ephemeral_1h_input_tokens"),
        count(usage, "cache_read_input_tokens"),
        count(usage, "server_tool_use", "web_search_requests"),
        !usage.equals(RawJson.EMPTY_OBJECT));
  }

  /** The count at the end of a path of members; 0 when there is none. */
  private static long count(RawJson usage, String... path) {
    var text = usage.text();
    int from = 0;
    for (var name : path) {
      from = text.charAt(from) == '{' ? JsonParts.find(text, from, name) : -1;
      if (from < 0) {
        return 0;
      }
    }
    return count(text, from, JsonParts.end(text, from));
  }

  private static long count(String text, int from, int to) {
    if (to - from > MAX_DIGITS) {
      return 0;
    }
    long count = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      count = count * 10 + c - '0';
    }
    // With so many digits it overflows once at most.
    return Math.max(0, count);
  }

  private Usage orMore(Usage other) {
    return new Usage(
        Math.max(inputTokens, other.inputTokens),
        Math.max(outputTokens, other.outputTokens),
        Math.max(cacheCreationInputTokens, other.cacheCreationInputTokens),
        Math.max(cacheCreation1hInputTokens, other.cacheCreation1hInputTokens),
        Math.max(cacheReadInputTokens, other.cacheReadInputTokens),
        Math.max(webSearchRequests, other.webSearchRequests),
        reported || other.reported);
  }

  /** All prompt tokens: uncached, written and read. */
  public long promptTokens() {
    return sum(sum(inputTokens, cacheCreationInputTokens), cacheReadInputTokens);
  }

  /** The sum over two messages (never over two reports of the same message, which are totals). */
  public Usage plus(Usage other) {
    return new Usage(
        sum(inputTokens, other.inputTokens),
        sum(outputTokens, other.outputTokens),
        sum(cacheCreationInputTokens, other.cacheCreationInputTokens),
        sum(cacheCreation1hInputTokens, other.cacheCreation1hInputTokens),
        sum(cacheReadInputTokens, other.cacheReadInputTokens),
        sum(webSearchRequests, other.webSearchRequests),
        reported || other.reported);
  }

  /** Counts are what a server says, so their sum stops where a long does. */
  private static long sum(long one, long other) {
    long sum = one + other;
    return one > 0 && other > 0 && sum < 0 ? Long.MAX_VALUE : sum;
  }
}
