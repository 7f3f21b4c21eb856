package dev.millrace.examples.scripted;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a README says first.
 *
 * @param title its first heading, or ""
 * @param paragraph its first paragraph of prose, shortened, or ""
 */
record Readme(String title, String paragraph) {
  private static final int MOST = 400;

  static Readme of(List<String> lines) {
    var title =
        lines.stream()
            .filter(line -> line.matches("[#=]+ +\\S.*"))
            .map(line -> plain(line.replaceFirst("^[#=]+ +", "")))
            .findFirst()
            .orElse("");
    return new Readme(title, paragraph(lines));
  }

  private static String paragraph(List<String> lines) {
    var outsideCode = new StringBuilder();
    boolean isCode = false;
    for (var line : lines) {
      boolean isFence = line.strip().startsWith("```");
      isCode ^= isFence;
      outsideCode.append(isCode || isFence ? "" : line).append('\n');
    }
    return firstProse(outsideCode.toString());
  }

  private static String firstProse(String text) {
    for (var block : text.split("\n\\s*\n")) {
      var prose =
          block.lines().map(String::strip).filter(Readme::isProse).collect(Collectors.joining(" "));
      if (prose.length() > 20) {
        return shortened(plain(prose));
      }
    }
    return "";
  }

  /** Headings, badges, pictures, tables, rules and mark-up are none. */
  private static boolean isProse(String line) {
    return !line.isEmpty() && !line.matches("[#=<|>\\[!+~*_-].*") || line.matches("[*_]{1,2}\\w.*");
  }

  private static String plain(String markdown) {
    return markdown
        .replaceAll("!?\\[([^\\]\\[]*)]\\([^)]*\\)", "$1")
        .replaceAll("[*`]", "")
        .strip();
  }

  private static String shortened(String prose) {
    if (prose.length() <= MOST) {
      return prose;
    }
    int end = Math.max(prose.lastIndexOf(". ", MOST) + 1, prose.lastIndexOf(' ', MOST / 2));
    return prose.substring(0, end > 0 ? end : MOST) + " \u2026";
  }
}
