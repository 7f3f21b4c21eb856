package dev.millrace.tools.files;

import java.util.ArrayList;
import java.util.List;

/**
 * What a glob says of one name.
 *
 * @param parts one for each character of the name, or a star
 * @param isAnyDepth it is {@code **}: any number of names
 */
record GlobSegment(List<Part> parts, boolean isAnyDepth) {

  /** What may stand at one place of a name. */
  private sealed interface Part {
    record Star() implements Part {}

    record Any() implements Part {}

    record Exactly(int codePoint) implements Part {}

    record Range(int first, int last) {}

    record OneOf(List<Range> ranges, boolean isNegated) implements Part {}
  }

  /**
   * Reads a segment.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  static GlobSegment parse(String pattern) {
    if (pattern.equals("**")) {
      return new GlobSegment(List.of(), true);
    }
    int[] codes = pattern.codePoints().toArray();
    var parts = new ArrayList<Part>();
    for (int i = 0; i < codes.length; i++) {
      switch (codes[i]) {
        case '*' -> parts.add(new Part.Star());
        case '?' -> parts.add(new Part.Any());
        case '[' -> {
          int close = close(codes, i);
          parts.add(oneOf(codes, i + 1, close));
          i = close;
        }
        case '\\' -> throw new IllegalArgumentException("backslashes are not known here");
        default -> parts.add(new Part.Exactly(codes[i]));
      }
    }
    return new GlobSegment(List.copyOf(parts), false);
  }

  private static int close(int[] codes, int open) {
    for (int i = open + 2; i < codes.length; i++) {
      if (codes[i] == ']') {
        return i;
      }
    }
    throw new IllegalArgumentException("a \"[\" is not closed");
  }

  private static Part oneOf(int[] codes, int from, int to) {
    boolean isNegated = to - from > 1 && (codes[from] == '!' || codes[from] == '^');
    var ranges = new ArrayList<Part.Range>();
    for (int i = isNegated ? from + 1 : from; i < to; i++) {
      if (i + 2 < to && codes[i + 1] == '-') {
        ranges.add(new Part.Range(codes[i], codes[i + 2]));
        i += 2;
      } else {
        ranges.add(new Part.Range(codes[i], codes[i]));
      }
    }
    return new Part.OneOf(List.copyOf(ranges), isNegated);
  }

  boolean matches(String name) {
    int[] codes = name.codePoints().toArray();
    return Wildcards.match(
        parts.size(),
        codes.length,
        i -> parts.get(i) instanceof Part.Star,
        (i, j) -> fits(parts.get(i), codes[j]));
  }

  private static boolean fits(Part part, int codePoint) {
    return switch (part) {
      case Part.Any any -> true;
      case Part.Exactly exactly -> exactly.codePoint() == codePoint;
      case Part.OneOf oneOf ->
          oneOf.isNegated()
              != oneOf.ranges().stream()
                  .anyMatch(range -> range.first() <= codePoint && codePoint <= range.last());
      case Part.Star star -> false;
    };
  }
}
