package dev.millrace.tools.mcp;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where a server is reached by streamable HTTP.
 *
 * <p>Its headers go to this address and nowhere else: no redirect is followed.
 *
 * @param uri the address, {@code https}, or {@code http}
 * @param headers what every request carries, such as {@code Authorization}
 */
public record McpEndpoint(URI uri, Map<String, String> headers) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");
  private static final Set<String> OURS =
      Set.of(
          "accept",
          "content-type",
          "mcp-session-id",
          "mcp-protocol-version",
          "host",
          "connection",
          "content-length",
          "expect",
          "upgrade");

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException for an address or a header that cannot be used, and for
   *     headers that would leave this machine unencrypted
   */
  public McpEndpoint {
    headers = Map.copyOf(headers);
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    var host = uri.getHost();
    if (!Set.of("http", "https").contains(scheme) || host == null) {
      throw new IllegalArgumentException("an MCP server is reached by http(s)://HOST/PATH");
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the address of an MCP server has no user, password or fragment; give a header");
    }
    headers.forEach(McpEndpoint::check);
    if (!headers.isEmpty() && scheme.equals("http") && !LOOPBACK.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "headers may be secrets and would go to " + host + " unencrypted: use https");
    }
  }

  private static void check(String name, String value) {
    if (!NAME.matcher(name).matches() || OURS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "\"" + Shown.text(name, 100) + "\" is no header that a caller may set");
    }
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException("the value of header " + name + " is not plain ASCII");
    }
  }

  /** An address without headers. */
  public static McpEndpoint of(URI uri) {
    return new McpEndpoint(uri, Map.of());
  }

  /** The same with this header. */
  public McpEndpoint header(String name, String value) {
    var more = new TreeMap<>(headers);
    more.put(name, value);
    return new McpEndpoint(uri, more);
  }

  /** The address without its query, and the names of the headers; all else may be secret. */
  @Override
  public String toString() {
    return uri.getScheme()
        + "://"
        + uri.getRawAuthority()
        + uri.getRawPath()
        + " "
        + new TreeMap<>(headers).keySet();
  }
}
