package dev.millrace.agent.client;

import dev.millrace.agent.client.ApiException.Details;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The class of an error by its HTTP status, or, for one that came in a stream, by the status that
 * its type stands for.
 */
record ErrorKind(int status) {
  private static final Map<String, Integer> STATUS_OF_TYPE =
      Map.ofEntries(
          Map.entry("invalid_request_error", 400),
          Map.entry("authentication_error", 401),
          Map.entry("billing_error", 402),
          Map.entry("permission_error", 403),
          Map.entry("not_found_error", 404),
          Map.entry("conflict_error", 409),
          Map.entry("request_too_large", 413),
          Map.entry("rate_limit_error", 429),
          Map.entry("api_error", 500),
          Map.entry("timeout_error", 504),
          Map.entry("overloaded_error", 529));

  /** These stay for days, whatever the status says. */
  private static final Set<String> SPEND_LIMITS =
      Set.of("enforced_spend_limit_reached", "contract_spend_limit_reached");

  private static final Pattern TOO_LONG =
      Pattern.compile(
          "(?i)prompt is too long|exceeds? (the )?(available )?(model'?s? )?context"
              + "|maximum context length|context (window|length|limit) exceeded");

  static ErrorKind ofStatus(int status) {
    return new ErrorKind(status);
  }

  /** An error of a type that is not known is taken for one of the request. */
  static ErrorKind ofType(String type) {
    return new ErrorKind(STATUS_OF_TYPE.getOrDefault(type, 0));
  }

  boolean isRetryable(String errorCode) {
    return (status == 408 || status == 409 || status == 429 || status >= 500)
        && !SPEND_LIMITS.contains(errorCode);
  }

  /**
   * The exception that callers see.
   *
   * @param serverText what the server said, which tells some errors of one status apart
   */
  ApiException exception(String message, String serverText, Details details) {
    return switch (status) {
      case 400, 404, 422 ->
          TOO_LONG.matcher(serverText).find()
              ? new ContextTooLongException(message, details, null)
              : new InvalidRequestException(message, details, null);
      case 401, 403 -> new AuthenticationException(message, details, null);
      case 413 -> new ContextTooLongException(message, details, null);
      case 429 -> new RateLimitException(message, details, null);
      default ->
          status >= 500
              ? new OverloadedException(message, details, null)
              : new ApiException(message, details, null);
    };
  }
}
