package dev.millrace.examples.terminal;

import dev.millrace.agent.client.ApiException;
import dev.millrace.agent.client.ApiTimeoutException;
import dev.millrace.agent.client.AuthenticationException;
import dev.millrace.agent.client.ConnectionFailedException;
import dev.millrace.agent.client.ContextTooLongException;
import dev.millrace.agent.client.InvalidRequestException;
import dev.millrace.agent.client.UnexpectedResponseException;
import dev.millrace.agent.session.SessionException;
import dev.millrace.agent.stream.StreamException;

/** Why a run failed and what to do, in one line without secrets. */
public final class Failure {
  private Failure() {}

  /** What happened; status and request id are part of the client's own messages. */
  public static String describe(Throwable cause) {
    var message = cause.getMessage();
    boolean isExpected =
        cause instanceof ApiException
            || cause instanceof StreamException
            || cause instanceof SessionException;
    var name = isExpected ? "" : cause.getClass().getName() + ": ";
    return Printable.line(message == null ? cause.getClass().getName() : name + message);
  }

  /** What happened, and what to do. */
  public static String line(Throwable cause) {
    return describe(cause) + ". " + advice(cause);
  }

  private static String advice(Throwable cause) {
    return switch (cause) {
      case AuthenticationException e ->
          "Check ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN) and what it may do.";
      case ConnectionFailedException e -> "Check the network and ANTHROPIC_BASE_URL.";
      case UnexpectedResponseException e ->
          "Check that ANTHROPIC_BASE_URL is the address of a Messages API.";
      case ApiTimeoutException e -> timeoutAdvice(e);
      case ContextTooLongException e -> "Begin anew, or with a smaller folder.";
      case InvalidRequestException e -> "Check --model and the other flags against what it says.";
      case ApiException e when e.isRetryable() -> "Try again later.";
      case StreamException e -> "Try again.";
      case SessionException e -> "Nothing that was kept before is lost.";
      default -> "Trying again as it is will not help.";
    };
  }

  private static String timeoutAdvice(ApiTimeoutException e) {
    return switch (e.clock()) {
      case IDLE -> "Try again, or give it more time by --idle-timeout.";
      case FIRST_BYTE -> "Try again, or give it more time by --first-byte-timeout.";
      case CONNECT, PROGRESS, TURN -> "Try again.";
    };
  }
}
