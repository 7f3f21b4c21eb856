package dev.millrace.tools.web;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;

/**
 * What a page does not show to a person, and what is no text. Sees attributes and the style of the
 * element itself; style sheets and colours are not known here.
 */
final class Hidden {
  private static final Set<String> NO_TEXT =
      Set.of(
          "script",
          "style",
          "template",
          "head",
          "svg",
          "math",
          "iframe",
          "object",
          "embed",
          "audio",
          "video",
          "canvas",
          "select",
          "textarea",
          "input",
          "datalist",
          "map",
          "frameset");
  private static final Pattern NUMBER = Pattern.compile("(-?\\d{0,9}(?:\\.\\d{0,9})?)([a-z%]*)");
  private static final double OFF_SCREEN = -500;

  private Hidden() {}

  static boolean is(Element element) {
    return NO_TEXT.contains(element.normalName())
        || element.hasAttr("hidden")
        || element.attr("aria-hidden").strip().equalsIgnoreCase("true")
        || (element.normalName().equals("dialog") && !element.hasAttr("open"))
        || isByStyle(element.attr("style"));
  }

  private static boolean isByStyle(String style) {
    for (var declaration : style.toLowerCase(Locale.ROOT).split(";")) {
      int colon = declaration.indexOf(':');
      if (colon > 0
          && hides(
              declaration.substring(0, colon).strip(),
              declaration.substring(colon + 1).replace("!important", "").strip())) {
        return true;
      }
    }
    return false;
  }

  private static boolean hides(String property, String value) {
    return switch (property) {
      case "display" -> value.equals("none");
      case "visibility" -> value.equals("hidden") || value.equals("collapse");
      case "color" -> value.equals("transparent");
      case "opacity" -> number(value) < 0.05;
      case "font-size" -> number(value) < (value.endsWith("px") || value.endsWith("pt") ? 2 : 0.1);
      case "left", "right", "top", "bottom", "text-indent", "margin-left", "margin-top" ->
          number(value) < OFF_SCREEN;
      case "clip" -> value.startsWith("rect(");
      case "clip-path" -> value.startsWith("inset(") || value.startsWith("circle(0");
      case "max-height", "max-width" -> number(value) == 0;
      default -> false;
    };
  }

  /** The number of a length; a large one when it is none. */
  private static double number(String value) {
    var number = NUMBER.matcher(value);
    if (!number.matches() || !number.group(1).matches(".*\\d.*")) {
      return Double.MAX_VALUE;
    }
    return Double.parseDouble(number.group(1));
  }
}
