package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A URL that was read once and is never read again: what is looked up, connected to, sent and shown
 * all comes from here.
 *
 * @param isSecure https
 * @param pathAndQuery ASCII, begins with a slash; a fragment is dropped
 */
record WebAddress(boolean isSecure, HostName host, int port, String pathAndQuery) {
  private static final int MAX_LENGTH = 4_000;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final Pattern AUTHORITY =
      Pattern.compile("([^:@]+|\\[[^\\]@]*])(?::([0-9]{1,5}))?");

  /** Reads a URL of the model. */
  static WebAddress parse(String text) throws ToolFailure {
    if (text.length() > MAX_LENGTH) {
      throw refused(text, "it has more than " + Shown.number(MAX_LENGTH) + " characters");
    }
    try {
      return of(new URI(text));
    } catch (URISyntaxException e) {
      throw refused(text, "it is no URL, see character " + (e.getIndex() + 1));
    }
  }

  private static WebAddress of(URI uri) throws ToolFailure {
    var text = uri.toString();
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw refused(text, "it must begin with http:// or https://");
    }
    if (uri.getRawAuthority() == null) {
      throw refused(text, "it names no host");
    }
    if (uri.getRawAuthority().contains("@")) {
      throw refused(text, "it must not hold a user name or password");
    }
    var authority = AUTHORITY.matcher(uri.getRawAuthority());
    if (!authority.matches()) {
      throw refused(text, "its host cannot be read");
    }
    boolean isSecure = scheme.equals("https");
    int port = isSecure ? HTTPS : HTTP;
    if (authority.group(2) != null) {
      port = Integer.parseInt(authority.group(2));
    }
    return new WebAddress(isSecure, HostName.parse(authority.group(1)), port, pathAndQuery(uri));
  }

  private static String pathAndQuery(URI uri) {
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(path.replaceFirst("^/+", "/") + query).toASCIIString();
  }

  /**
   * Where a redirect leads. Servers write what they should have percent-encoded, so that spaces and
   * bytes beyond ASCII are encoded here; all else is read as strictly as a URL of the model.
   */
  WebAddress resolve(String location) throws ToolFailure {
    var encoded = new StringBuilder();
    for (char c : Shown.cut(location.strip(), MAX_LENGTH + 1).toCharArray()) {
      boolean isPlain = c != ' ' && c <= '~';
      encoded.append(isPlain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    try {
      return parse(uri().resolve(new URI(encoded.toString())).toString());
    } catch (URISyntaxException e) {
      throw refused(location, "the server redirects there, and it is no URL");
    }
  }

  private static ToolFailure refused(String text, String reason) {
    return new ToolFailure("The URL " + Shown.quoted(text) + " is refused: " + reason + ".");
  }

  /** The value of the header {@code Host}. */
  String hostHeader() {
    return port == (isSecure ? HTTPS : HTTP) ? host.name() : host.name() + ":" + port;
  }

  URI uri() {
    return URI.create(toString());
  }

  /** The URL, ASCII, without a fragment. */
  @Override
  public String toString() {
    return (isSecure ? "https://" : "http://") + hostHeader() + pathAndQuery;
  }
}
