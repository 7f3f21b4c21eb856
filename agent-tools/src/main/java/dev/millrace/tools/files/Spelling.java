package dev.millrace.tools.files;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** One spelling for all the names that some file system or program takes for the same. */
final class Spelling {
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}\\p{Cc}\\uFE00-\\uFE0F]");
  private static final Pattern TRAILING = Pattern.compile("[. ]+$");

  private Spelling() {}

  /** Of a name: case, forms of Unicode, what cannot be seen, and dots and spaces at its end. */
  static String ofName(String name) {
    return TRAILING.matcher(ofGlob(name)).replaceAll("");
  }

  /** The same for a glob, whose end may be meant. */
  static String ofGlob(String glob) {
    var visible = INVISIBLE.matcher(glob).replaceAll("");
    var composed = Normalizer.normalize(visible, Normalizer.Form.NFKC);
    return composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}
