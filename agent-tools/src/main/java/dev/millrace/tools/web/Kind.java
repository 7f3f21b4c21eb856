package dev.millrace.tools.web;

import java.util.Optional;

/** What bytes are, by how they begin: what a server says of them may be wrong. */
enum Kind {
  PDF("a PDF document", "%PDF-"),
  ZIP("a zip archive or office document", "PK\3\4"),
  GZIP("a gzip archive", "\u001f\u008b"),
  PNG("a PNG image", "\u0089PNG"),
  JPEG("a JPEG image", "\u00ff\u00d8\u00ff"),
  GIF("a GIF image", "GIF8"),
  WEBP_OR_WAV("an image or sound", "RIFF"),
  ELF("a program", "\u007fELF"),
  CLASS_FILE("a Java class file", "\u00ca\u00fe\u00ba\u00be"),
  RAR("a rar archive", "Rar!\u001a"),
  SEVEN_ZIP("a 7z archive", "7z\u00bc\u00af"),
  BZIP("a bzip2 archive", "BZh"),
  XZ("an xz archive", "\u00fd7zXZ"),
  WEB_ASSEMBLY("a WebAssembly module", "\0asm"),
  BINARY("binary data, or UTF-16 text that is not declared as such", "");

  private static final int LOOKED_AT = 8 * 1024;

  private final String name;
  private final String begins;

  Kind(String name, String begins) {
    this.name = name;
    this.begins = begins;
  }

  /** The kind of what is not text; empty for text, as far as can be seen. */
  static Optional<Kind> ofBinary(byte[] bytes, boolean mayHoldNul) {
    for (var kind : values()) {
      if (kind != BINARY && kind.fits(bytes)) {
        return Optional.of(kind);
      }
    }
    for (int i = 0; i < Math.min(bytes.length, LOOKED_AT); i++) {
      if (bytes[i] == 0 && !mayHoldNul) {
        return Optional.of(BINARY);
      }
    }
    return Optional.empty();
  }

  private boolean fits(byte[] bytes) {
    for (int i = 0; i < begins.length(); i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != begins.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return name;
  }
}
