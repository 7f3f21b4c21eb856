package dev.millrace.tools.web;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server says that a page is.
 *
 * @param name such as {@code text/html}; empty when nothing readable was said
 * @param charset as it was said
 */
record MediaType(String name, Optional<String> charset) {
  private static final String TOKEN = "[a-z0-9!#$&^_.+-]{1,80}";
  private static final Pattern NAME = Pattern.compile("(" + TOKEN + "/" + TOKEN + ")\\s*(;.*)?");
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*[\"']?([\\w.:-]{1,40})");
  private static final Set<String> HTML = Set.of("text/html", "application/xhtml+xml");
  private static final Set<String> TEXT =
      Set.of(
          "application/json",
          "application/xml",
          "application/javascript",
          "application/ecmascript",
          "application/x-javascript",
          "application/x-ndjson",
          "application/jsonlines",
          "application/yaml",
          "application/x-yaml",
          "application/toml",
          "application/graphql",
          "application/sql",
          "application/x-sh");

  /** Types that say nothing, so that the bytes must. */
  private static final Set<String> UNKNOWN = Set.of("", "application/octet-stream");

  static MediaType parse(@Nullable String header) {
    var text = header == null ? "" : header.strip().toLowerCase(Locale.ROOT);
    var name = NAME.matcher(text);
    if (!name.matches()) {
      return new MediaType("", Optional.empty());
    }
    var charset = CHARSET.matcher(text);
    return new MediaType(
        name.group(1), charset.find() ? Optional.of(charset.group(1)) : Optional.empty());
  }

  boolean isHtml() {
    return HTML.contains(name);
  }

  /** Whether the server did not say what it is. */
  boolean isUnknown() {
    return UNKNOWN.contains(name);
  }

  boolean isText() {
    return name.startsWith("text/")
        || TEXT.contains(name)
        || name.endsWith("+json")
        || name.endsWith("+xml");
  }

  @Override
  public String toString() {
    return name.isEmpty() ? "no content type" : name;
  }
}
