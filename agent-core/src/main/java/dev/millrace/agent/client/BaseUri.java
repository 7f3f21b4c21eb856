package dev.millrace.agent.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.apache.hc.core5.http.HttpHost;

/**
 * Where the API is: an origin, and the path that {@code /v1/messages} is put behind.
 *
 * @param path begins with a slash unless it is empty, never ends with one
 */
record BaseUri(HttpHost origin, String path) {
  static final BaseUri DEFAULT = parse("https://api.anthropic.com", "the default");

  /**
   * Reads a base URL; a slash or {@code /v1} at its end is dropped.
   *
   * @param source what it was given by, to be named when it is refused
   * @throws IllegalArgumentException when it is no http or https URL of a host and a path
   */
  static BaseUri parse(String text, String source) {
    try {
      return of(new URI(text.strip()), source);
    } catch (URISyntaxException e) {
      // The text is not shown: it might hold a password.
      throw refused(source, "is no URL: " + e.getReason() + " at character " + (e.getIndex() + 1));
    }
  }

  static BaseUri of(URI uri, String source) {
    var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw refused(source, "must begin with http:// or https://");
    }
    if (uri.getHost() == null) {
      throw refused(source, "names no host");
    }
    if (uri.getRawUserInfo() != null) {
      throw refused(source, "must not hold a user name or password");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused(source, "must not hold a query or fragment");
    }
    if (uri.getPort() == 0 || uri.getPort() > 0xFFFF) {
      throw refused(source, "names port " + uri.getPort() + ", which does not exist");
    }
    return new BaseUri(
        new HttpHost(scheme, uri.getHost(), uri.getPort()), trimmed(uri.getRawPath()));
  }

  private static String trimmed(String path) {
    var trimmed = path.replaceAll("/+$", "");
    if (trimmed.endsWith("/v1")) {
      trimmed = trimmed.substring(0, trimmed.length() - "/v1".length()).replaceAll("/+$", "");
    }
    return trimmed;
  }

  private static IllegalArgumentException refused(String source, String why) {
    return new IllegalArgumentException(
        source + " " + why + "; expected a URL such as https://api.anthropic.com");
  }

  String messagesPath() {
    return path + "/v1/messages";
  }

  @Override
  public String toString() {
    return origin.toURI() + path;
  }
}
