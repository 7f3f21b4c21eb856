package dev.millrace.examples.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** What a client has to show. Its text is seen once, in the link, and in no log. */
final class Token {
  private static final Pattern STRONG = Pattern.compile("[A-Za-z0-9._~-]{22,200}");

  private final String value;

  private Token(String value) {
    this.value = value;
  }

  /** A new one of 192 random bits. */
  static Token random() {
    var bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /**
   * One that somebody chose.
   *
   * @throws IllegalArgumentException when it can be guessed or does not fit into a link
   */
  static Token of(String value) {
    if (!STRONG.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a token has at least 22 characters (128 bits), each a letter, a digit or one of ._~-;"
              + " leave it away to have one made");
    }
    return new Token(value);
  }

  /** Whether it is this one, in a time that does not tell how much of it is right. */
  boolean is(String shown) {
    return MessageDigest.isEqual(
        value.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }

  /** For the link alone. */
  String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "***";
  }
}
