package dev.millrace.agent.client;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * The secret that a client shows to the API. It is written into one header and nowhere else.
 *
 * <p>An API key goes into {@code Authorization: Bearer} as the vendor's own clients do it since
 * version 2026-10-21, and into {@code X-Api-Key} under 2023-06-01, as they did then; the API takes
 * both, compatible servers at least the one of their time. A token always goes as a bearer.
 */
final class Credential {
  private final String secret;
  private final boolean token;

  private Credential(String secret, boolean token) {
    this.secret = secret;
    this.token = token;
  }

  /** An API key; {@code source} is what it was given by, to be named when it is refused. */
  static Credential apiKey(String secret, String source) {
    return new Credential(checked(secret, source), false);
  }

  /** An auth token. */
  static Credential authToken(String secret, String source) {
    return new Credential(checked(secret, source), true);
  }

  private static String checked(String secret, String source) {
    if (secret.isBlank()) {
      throw new IllegalArgumentException(source + " is blank; leave it out to send no key");
    }
    for (int at = 0; at < secret.length(); at++) {
      char c = secret.charAt(at);
      if (c <= ' ' || c > '~') {
        throw new IllegalArgumentException(
            "%s holds %s at character %d of %d, which no header can carry"
                .formatted(source, kind(c), at + 1, secret.length()));
      }
    }
    return secret;
  }

  private static String kind(char c) {
    return switch (c) {
      case '\n', '\r' -> "a line break";
      case ' ' -> "a space";
      default -> c < ' ' ? "a control character" : "a character that is not ASCII";
    };
  }

  Header header(ApiVersion version) {
    return token || !version.equals(ApiVersion.V2023_06_01)
        ? new BasicHeader("Authorization", "Bearer " + secret, true)
        : new BasicHeader("X-Api-Key", secret, true);
  }

  /** What must not be shown anywhere. */
  String secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "***";
  }
}
