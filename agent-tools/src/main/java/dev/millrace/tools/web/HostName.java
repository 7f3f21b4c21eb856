package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The host of a URL in the one form in which it is looked up, shown and checked. There is one way
 * to write an address, so that no two readers of a URL can differ on where it leads.
 *
 * @param name in lower case, international names in their ASCII form, IPv6 in brackets
 * @param literal the address, when the host is one
 */
record HostName(String name, Optional<InetAddress> literal) {
  private static final int MAX_LENGTH = 253;
  private static final Pattern LABELS =
      Pattern.compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");
  private static final String OCTET = "(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}]");

  /** Names that never lead to the public web. */
  private static final List<String> INSIDE =
      List.of("localhost", "local", "internal", "home.arpa", "onion");

  /** Reads the host of a URL. */
  static HostName parse(String text) throws ToolFailure {
    var name = ascii(text).toLowerCase(Locale.ROOT);
    if (name.startsWith("[")) {
      return new HostName(name, Optional.of(address(name, IPV6)));
    }
    if (ENDS_IN_NUMBER.matcher(name).matches()) {
      return new HostName(name, Optional.of(address(name, IPV4)));
    }
    if (name.length() > MAX_LENGTH || !LABELS.matcher(name).matches()) {
      throw refused(text, "expected a full name such as docs.example.com, no dot at its end");
    }
    if (INSIDE.stream().anyMatch(inside -> name.endsWith("." + inside))) {
      throw refused(text, "such a name does not lead to a public server");
    }
    return new HostName(name, Optional.empty());
  }

  private static InetAddress address(String name, Pattern form) throws ToolFailure {
    if (!form.matcher(name).matches()) {
      throw refused(name, "an address must be written as 192.0.2.1 or [2001:db8::1]");
    }
    try {
      return InetAddress.getByName(name);
    } catch (UnknownHostException e) {
      throw refused(name, "it is no IPv6 address");
    }
  }

  /** Letters that turn into others on the way are refused: they only make one name look as two. */
  private static String ascii(String text) throws ToolFailure {
    if (text.chars().allMatch(c -> c > ' ' && c <= '~')) {
      return text;
    }
    try {
      var ascii = IDN.toASCII(text, IDN.USE_STD3_ASCII_RULES);
      if (IDN.toUnicode(ascii).equals(text.toLowerCase(Locale.ROOT))) {
        return ascii;
      }
    } catch (IllegalArgumentException e) {
      throw refused(text, "it is no international name");
    }
    throw refused(text, "its letters stand for others; write the name in its plain form");
  }

  private static ToolFailure refused(String text, String reason) {
    return new ToolFailure("The host " + Shown.quoted(text) + " is refused: " + reason + ".");
  }

  /** The name without brackets, as certificates and look-ups have it. */
  String bare() {
    return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
  }
}
