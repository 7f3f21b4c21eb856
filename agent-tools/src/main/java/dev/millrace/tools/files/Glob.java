package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A pattern for paths, matched without backtracking into what was matched before the last star, so
 * that no pattern takes long. The JDK's own globs become regular expressions, which can.
 *
 * @param alternatives of which one must match; none matches everything
 */
record Glob(List<Alternative> alternatives) {
  private static final Glob ALL = new Glob(List.of());
  private static final int MAX_LENGTH = 500;
  private static final int MAX_ALTERNATIVES = 100;

  /** Segments of a path; of a pattern without a slash only the last segment counts. */
  private record Alternative(List<GlobSegment> segments, boolean isNameOnly) {
    boolean matches(List<String> path) {
      return isNameOnly
          ? segments.getFirst().matches(path.getLast())
          : Wildcards.match(
              segments.size(),
              path.size(),
              i -> segments.get(i).isAnyDepth(),
              (i, j) -> segments.get(i).matches(path.get(j)));
    }
  }

  /** The glob of an input; without one, everything matches. */
  static Glob parse(Optional<String> pattern) throws ToolFailure {
    if (pattern.isEmpty()) {
      return ALL;
    }
    var text = pattern.get();
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw refused(text, "it must have 1 to " + MAX_LENGTH + " characters");
    }
    var alternatives = new ArrayList<Alternative>();
    for (var alternative : expand(text)) {
      alternatives.add(alternative(alternative, text));
    }
    return new Glob(alternatives);
  }

  private static Alternative alternative(String pattern, String whole) throws ToolFailure {
    var relative = pattern.startsWith("./") ? pattern.substring(2) : pattern;
    var names = Arrays.stream(relative.split("/", -1)).filter(name -> !name.isEmpty()).toList();
    if (relative.startsWith("/") || names.isEmpty() || names.contains("..")) {
      throw refused(whole, "it must stay below the directory of path: no leading \"/\", no \"..\"");
    }
    var segments = new ArrayList<GlobSegment>();
    for (var name : names) {
      try {
        segments.add(GlobSegment.parse(name));
      } catch (IllegalArgumentException e) {
        throw refused(whole, String.valueOf(e.getMessage()));
      }
    }
    boolean isNameOnly = !relative.contains("/") && !segments.getFirst().isAnyDepth();
    return new Alternative(List.copyOf(segments), isNameOnly);
  }

  /** What braces stand for: {@code a{b,c}} is {@code ab} or {@code ac}. */
  private static List<String> expand(String pattern) throws ToolFailure {
    var done = new ArrayList<String>();
    var open = new ArrayList<>(List.of(pattern));
    while (!open.isEmpty()) {
      var next = open.removeLast();
      int close = next.indexOf('}');
      int brace = close < 0 ? -1 : next.lastIndexOf('{', close);
      if (brace < 0) {
        done.add(next);
      } else {
        for (var choice : next.substring(brace + 1, close).split(",", -1)) {
          open.add(next.substring(0, brace) + choice + next.substring(close + 1));
        }
      }
      if (done.size() + open.size() > MAX_ALTERNATIVES) {
        throw refused(pattern, "its braces stand for more than " + MAX_ALTERNATIVES + " patterns");
      }
    }
    return done;
  }

  private static ToolFailure refused(String pattern, String reason) {
    var shown = Shown.name(Shown.cut(pattern, MAX_LENGTH));
    return new ToolFailure("The glob \"" + shown + "\" is refused: " + reason + ".");
  }

  /** Whether a path below the directory where the walk began matches. */
  boolean matches(String path) {
    if (alternatives.isEmpty()) {
      return true;
    }
    var segments = List.of(path.split("/", -1));
    return alternatives.stream().anyMatch(alternative -> alternative.matches(segments));
  }
}
