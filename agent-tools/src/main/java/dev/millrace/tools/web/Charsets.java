package dev.millrace.tools.web;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How bytes become text: by a byte order mark, else by the header, else by the page itself, else
 * UTF-8. Only charsets are known in which ASCII text means itself, and UTF-16: others, such as
 * UTF-7, let text say one thing to who filters it and another to who reads it.
 */
final class Charsets {
  private static final int LOOKED_AT = 1024;
  private static final Pattern META =
      Pattern.compile("<meta[^>]{0,300}?charset\\s{0,9}=\\s{0,9}[\"']?\\s{0,9}([\\w.:-]{1,40})");

  /** Browsers read these as what they are nearly always meant to be. */
  private static final Map<String, String> MEANT =
      Map.of(
          "iso-8859-1", "windows-1252",
          "latin1", "windows-1252",
          "us-ascii", "windows-1252",
          "ascii", "windows-1252",
          "utf8", "utf-8",
          "utf-16", "utf-16le",
          "gb2312", "gbk",
          "x-sjis", "shift_jis",
          "ks_c_5601-1987", "euc-kr");

  private static final Pattern KNOWN =
      Pattern.compile(
          "utf-8|utf-16[lb]e|iso-8859-\\d{1,2}|windows-(125\\d|874)|koi8-[ru]|macintosh|gbk|gb18030"
              + "|big5|shift_jis|windows-31j|euc-jp|euc-kr|tis-620");

  private Charsets() {}

  /**
   * Text and how it was read.
   *
   * @param unknown the charset that was declared and is not known, so that the text was read as
   *     UTF-8; empty in all other cases
   */
  record Decoded(String text, Charset charset, Optional<String> unknown) {}

  static Decoded decode(byte[] bytes, MediaType type) {
    var mark = byteOrderMark(bytes);
    if (mark.isPresent()) {
      int length = mark.get().equals(StandardCharsets.UTF_8) ? 3 : 2;
      return new Decoded(text(bytes, length, mark.get()), mark.get(), Optional.empty());
    }
    var declared = type.charset().or(() -> inPage(bytes));
    var charset = declared.flatMap(Charsets::named);
    var used = charset.orElse(StandardCharsets.UTF_8);
    return new Decoded(
        text(bytes, 0, used), used, charset.isPresent() ? Optional.empty() : declared);
  }

  /** Whether NUL bytes may stand in text. */
  static boolean isWide(byte[] bytes, MediaType type) {
    return byteOrderMark(bytes)
        .or(() -> type.charset().flatMap(Charsets::named))
        .filter(charset -> charset.name().startsWith("UTF-16"))
        .isPresent();
  }

  private static String text(byte[] bytes, int from, Charset charset) {
    return new String(bytes, from, bytes.length - from, charset);
  }

  private static Optional<Charset> byteOrderMark(byte[] bytes) {
    if (begins(bytes, 0xEF, 0xBB, 0xBF)) {
      return Optional.of(StandardCharsets.UTF_8);
    }
    if (begins(bytes, 0xFE, 0xFF)) {
      return Optional.of(StandardCharsets.UTF_16BE);
    }
    return begins(bytes, 0xFF, 0xFE) ? Optional.of(StandardCharsets.UTF_16LE) : Optional.empty();
  }

  private static boolean begins(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != with[i]) {
        return false;
      }
    }
    return true;
  }

  /** A page that can be read so far cannot be UTF-16, whatever it says. */
  private static Optional<String> inPage(byte[] bytes) {
    var head =
        new String(
            Arrays.copyOf(bytes, Math.min(bytes.length, LOOKED_AT)), StandardCharsets.ISO_8859_1);
    var meta = META.matcher(head.toLowerCase(Locale.ROOT));
    return meta.find()
        ? Optional.of(meta.group(1)).filter(name -> !name.startsWith("utf-16"))
        : Optional.empty();
  }

  private static Optional<Charset> named(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    var meant = MEANT.getOrDefault(lower, lower);
    return KNOWN.matcher(meant).matches() && Charset.isSupported(meant)
        ? Optional.of(Charset.forName(meant))
        : Optional.empty();
  }
}
