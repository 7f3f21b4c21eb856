package dev.millrace.agent.tool;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Policies that look at the strings of a call's input. */
final class InputRule {
  private static final int LONGEST = 4_096;

  private InputRule() {}

  static ToolPolicy paths(List<String> globs) {
    var matchers =
        globs.stream()
            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + lower(glob)))
            .toList();
    return denying(text -> isMatched(text, matchers), "this path is not allowed");
  }

  static ToolPolicy hosts(List<String> hosts) {
    var denied = hosts.stream().map(InputRule::lower).toList();
    return denying(
        text -> host(text).filter(host -> isBelow(host, denied)).isPresent(),
        "this host is not allowed");
  }

  private static ToolPolicy denying(Predicate<String> rule, String reason) {
    return (use, tool) -> {
      var open = new ArrayDeque<JsonNode>(List.of(use.input().node()));
      while (!open.isEmpty()) {
        var node = open.pop();
        if (node.isString() && node.asString().length() <= LONGEST && rule.test(node.asString())) {
          return ToolPolicy.deny(reason);
        }
        node.forEach(open::push);
      }
      return ToolPolicy.allow();
    };
  }

  private static boolean isMatched(String text, List<PathMatcher> matchers) {
    try {
      var path = Path.of(lower(text).replace('\\', '/')).normalize();
      var names = path.isAbsolute() ? path.getRoot().relativize(path) : path;
      return matchers.stream().anyMatch(matcher -> matcher.matches(path) || matcher.matches(names));
    } catch (InvalidPathException e) {
      return false; // a text that is no path names none
    }
  }

  /** The host of a URL, or of a text that is nothing but a host. */
  private static Optional<String> host(String text) {
    var url = text.strip();
    try {
      var uri = new URI(url.contains("//") ? url : "//" + url);
      return Optional.ofNullable(uri.getRawAuthority()).map(InputRule::hostOf);
    } catch (URISyntaxException e) {
      return Optional.empty(); // a text that is no URL names no host
    }
  }

  /** By hand, since {@link URI#getHost} knows no names with underscores. */
  private static String hostOf(String authority) {
    var host = authority.substring(authority.lastIndexOf('@') + 1);
    return lower(host).replaceAll("(\\.|:\\d*)+$", "");
  }

  private static boolean isBelow(String host, List<String> denied) {
    return denied.stream().anyMatch(name -> host.equals(name) || host.endsWith("." + name));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
