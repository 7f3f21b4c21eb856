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
    return usage.isObject() ? read(usage.text()) : NONE;
  }

  private static Usage read(String object) {
    long input = 0;
    long output = 0;
    long cacheCreation = 0;
    long cacheCreation1h = 0;
    long cacheRead = 0;
    long searches = 0;
    var iterations = NONE;
    for (var members = new JsonParts(object); members.hasNext(); ) {
      var name = members.nextName();
      var value = members.next();
      switch (name) {
        case "input_tokens" -> input = count(value);
        case "output_tokens" -> output = count(value);
        case "cache_creation_input_tokens" -> cacheCreation = count(value);
        case "cache_creation" -> cacheCreation1h = count(value, "ephemeral_1h_input_tokens");
        case "cache_read_input_tokens" -> cacheRead = count(value);
        case "server_tool_use" -> searches = count(value, "web_search_requests");
        case "iterations" -> iterations = sumOf(value);
        default -> {}
      }
    }
    boolean reported = !object.equals(RawJson.EMPTY_OBJECT.text());
    return new Usage(input, output, cacheCreation, cacheCreation1h, cacheRead, searches, reported)
        .orMore(iterations);
  }

  private static Usage sumOf(String iterations) {
    var sum = NONE;
    if (iterations.charAt(0) == '[') {
      for (var parts = new JsonParts(iterations); parts.hasNext(); ) {
        sum = sum.plus(of(RawJson.trusted(parts.next())));
      }
    }
    return sum;
  }

  /** The count of that name in an object; 0 when there is none. */
  private static long count(String value, String name) {
    int from = value.charAt(0) == '{' ? JsonParts.find(value, 0, name) : -1;
    return from < 0 ? 0 : count(value.substring(from, JsonParts.end(value, from)));
  }

  private static long count(String value) {
    if (value.length() > MAX_DIGITS) {
      return 0;
    }
    long count = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
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
