package dev.millrace.agent.client;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a server sent fit for a log: without secrets, without control characters, at most
 * {@value #MAX_LENGTH} characters long.
 */
final class SafeText {
  private static final int MAX_LENGTH = 1_024;
  private static final Pattern KEYS = Pattern.compile("sk-ant-[\\w-]*|(?i:bearer) +[\\w.~+/=-]+");

  /** White space, raw or as JSON writes it, that a server may have broken a line with. */
  private static final String BREAK = "(?:[\\s\\p{Cntrl}]|\\\\[nrt])*";

  private final Optional<Credential> credential;
  private volatile @Nullable Pattern own;

  SafeText(Optional<Credential> credential) {
    this.credential = credential;
  }

  String of(String text) {
    var shown = redacted(text).strip();
    var safe = new StringBuilder();
    int end = Math.min(shown.length(), MAX_LENGTH);
    for (int at = 0; at < end; at++) {
      append(safe, shown.charAt(at));
    }
    return end < shown.length()
        ? safe.append("... (").append(shown.length()).append(" characters)").toString()
        : safe.toString();
  }

  /** An exception in a few words. */
  static String oneLine(Throwable thrown) {
    var message = thrown.getMessage();
    return message == null
        ? thrown.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /** Whether an exception and its causes say nothing that must not be shown. */
  boolean isSafe(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      var message = at.getMessage();
      if (message != null && !redacted(message).equals(message)) {
        return false;
      }
    }
    return true;
  }

  private String redacted(String text) {
    var redacted = credential.map(held -> own(held).matcher(text).replaceAll("***")).orElse(text);
    return KEYS.matcher(redacted).replaceAll("***");
  }

  /** Made when it is needed, which in most programs is never. */
  private Pattern own(Credential held) {
    var made = own;
    if (made == null) {
      made =
          Pattern.compile(
              held.secret()
                  .chars()
                  .mapToObj(c -> Pattern.quote(Character.toString(c)))
                  .collect(Collectors.joining(BREAK)));
      own = made;
    }
    return made;
  }

  private static void append(StringBuilder safe, char c) {
    switch (c) {
      case '\n' -> safe.append("\\n");
      case '\r' -> safe.append("\\r");
      case '\t' -> safe.append(' ');
      default -> {
        if (Character.isISOControl(c) || isInvisible(c)) {
          safe.append("\\u%04x".formatted((int) c));
        } else {
          safe.append(c);
        }
      }
    }
  }

  private static boolean isInvisible(char c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
