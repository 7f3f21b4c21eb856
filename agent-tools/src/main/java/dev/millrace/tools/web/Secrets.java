package dev.millrace.tools.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Secrets that are looked for in text. Both sides are compared by their letters and digits alone,
 * in lower case, which makes one of the alphabets of base64, the case of digits, and whatever a
 * secret was cut apart with. For this the text is decoded as often as it is percent-encoded, up to
 * a limit.
 */
final class Secrets {
  static final Secrets NONE = new Secrets(List.of());
  private static final int MIN_LENGTH = 8;
  private static final int MAX_DECODINGS = 4;

  private final List<String> needles;

  private Secrets(List<String> needles) {
    this.needles = needles;
  }

  static Secrets of(Collection<String> secrets) {
    for (var secret : secrets) {
      if (canonical(secret).length() < MIN_LENGTH) {
        throw new IllegalArgumentException(
            "a secret must have %d letters and digits or more to be looked for; one has %d"
                .formatted(MIN_LENGTH, canonical(secret).length()));
      }
    }
    return new Secrets(secrets.stream().flatMap(Secrets::forms).map(Secrets::canonical).toList());
  }

  private static Stream<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        secret,
        HexFormat.of().formatHex(bytes),
        base64(bytes, 0),
        base64(bytes, 1),
        base64(bytes, 2));
  }

  /** What stays the same in base64, whatever stands before and behind, at this offset of three. */
  private static String base64(byte[] secret, int offset) {
    byte[] shifted = new byte[offset + secret.length];
    System.arraycopy(secret, 0, shifted, offset, secret.length);
    int whole = shifted.length / 3 * 3;
    var text = Base64.getEncoder().encodeToString(Arrays.copyOf(shifted, whole));
    return offset == 0 ? text : text.substring(4);
  }

  boolean areIn(String text) {
    var decoded = text;
    for (int i = 0; i < MAX_DECODINGS && !needles.isEmpty(); i++) {
      var letters = canonical(decoded);
      if (needles.stream().anyMatch(letters::contains)) {
        return true;
      }
      decoded = percentDecoded(decoded);
    }
    return false;
  }

  private static String percentDecoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // What is no percent-encoding (any more) has no other form.
      return text;
    }
  }

  private static String canonical(String text) {
    var letters = new StringBuilder(text.length());
    text.codePoints().filter(Character::isLetterOrDigit).forEach(letters::appendCodePoint);
    return letters.toString().toLowerCase(Locale.ROOT);
  }
}
