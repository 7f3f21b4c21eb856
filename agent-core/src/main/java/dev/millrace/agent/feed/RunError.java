package dev.millrace.agent.feed;

import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.client.ApiException;
import dev.millrace.agent.client.ApiTimeoutException;
import dev.millrace.agent.client.AuthenticationException;
import dev.millrace.agent.client.ConnectionFailedException;
import dev.millrace.agent.client.ContextTooLongException;
import dev.millrace.agent.client.IncompleteStreamException;
import dev.millrace.agent.client.UnexpectedResponseException;
import dev.millrace.agent.session.SessionException;
import dev.millrace.agent.stream.StreamException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a client is told of a failure: its kind and a sentence of ours, never what a server, a tool
 * or an exception said.
 *
 * @param type one of few words, such as {@code incomplete_stream}, or the API's own
 */
public record RunError(String type, String message) {
  private static final Pattern TYPE = Pattern.compile("[a-z_]{1,40}");

  /** What is told of a run that failed, or of an attempt that is made again. */
  public static RunError of(Throwable failure) {
    var cause =
        failure instanceof RunFailedException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case ContextTooLongException e ->
          new RunError("context_too_long", "The conversation is too long for the model.");
      case ConnectionFailedException e ->
          new RunError("connection_failed", "The model could not be reached.");
      case ApiTimeoutException e ->
          new RunError("timeout_error", "The model took too long to answer.");
      case UnexpectedResponseException e ->
          new RunError("unexpected_response", "The model's server gave no answer of a model.");
      case AuthenticationException e ->
          new RunError("authentication_error", "The model's server refused this service.");
      case ApiException e -> new RunError(type(e), api(e));
      case IncompleteStreamException e ->
          new RunError("incomplete_stream", "The model's answer broke off.");
      case StreamException e ->
          new RunError("invalid_stream", "The model's answer could not be read.");
      case SessionException e -> session(e);
      default -> new RunError("internal_error", "Something went wrong in this service.");
    };
  }

  private static String type(ApiException e) {
    return TYPE.matcher(e.errorType()).matches() ? e.errorType() : "api_error";
  }

  private static String api(ApiException e) {
    return e.isRetryable()
        ? "The model is not available now; try again later."
        : "The model's server refused the request.";
  }

  private static RunError session(SessionException e) {
    var type = "session_" + e.problem().name().toLowerCase(Locale.ROOT);
    return e.problem() == SessionException.Problem.BUSY
        ? new RunError(type, "This conversation is open elsewhere.")
        : new RunError(type, "This conversation could not be kept.");
  }
}
