package dev.millrace.examples.chat;

/** Colours, where the terminal has them. */
enum Style {
  PLAIN(""),
  DIM("2"),
  BOLD("1"),
  GREEN("32"),
  RED("31"),
  CYAN("36"),
  YELLOW("33");

  private final String code;

  Style(String code) {
    this.code = code;
  }

  /** The text, each line in this style; the text must be printable already. */
  String of(String text, Screen screen) {
    if (this == PLAIN || !screen.hasColours() || text.isEmpty()) {
      return text;
    }
    var begin = "\u001b[" + code + "m";
    return begin + text.replace("\n", "\u001b[0m\n" + begin) + "\u001b[0m";
  }
}
