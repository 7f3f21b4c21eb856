package dev.millrace.tools.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Where the links of a page lead.
 *
 * @param base what they are relative to; short, since each link is put together with it
 */
record Links(URI base) {
  private static final int MAX_LENGTH = 1_000;

  /** The links of a page that may name another base. */
  static Links of(WebAddress page, String base) {
    var links = new Links(page.uri());
    return links.target(base).map(URI::create).map(Links::new).orElse(links);
  }

  /** The whole URL; empty for a place on the same page, and for what is no web address. */
  Optional<String> target(String href) {
    var stripped = href.strip();
    if (stripped.isEmpty() || stripped.startsWith("#") || stripped.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      var url = base.resolve(new URI(stripped.replace(" ", "%20"))).toASCIIString();
      boolean isWeb = url.startsWith("http://") || url.startsWith("https://");
      return isWeb && url.length() <= MAX_LENGTH ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException e) {
      // A link that cannot be followed is only its text.
      return Optional.empty();
    }
  }
}
