package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where {@code fetch} may go, and what must not leave with a URL. Addresses that are not public are
 * refused whatever is set here, but for {@link #withLoopbackForTests}. Immutable and thread-safe;
 * its {@code toString} tells no secret.
 */
public final class WebAccess {
  /** All public hosts, on the ports 80, 443, 8080 and 8443, and no known secrets. */
  public static final WebAccess PUBLIC =
      new WebAccess(List.of(), List.of(), Set.of(80, 443, 8080, 8443), Secrets.NONE, false);

  private final List<HostPattern> only;
  private final List<HostPattern> denied;
  private final Set<Integer> ports;
  private final Secrets secrets;
  private final boolean hasLoopback;

  private WebAccess(
      List<HostPattern> only,
      List<HostPattern> denied,
      Set<Integer> ports,
      Secrets secrets,
      boolean hasLoopback) {
    this.only = only;
    this.denied = denied;
    this.ports = ports;
    this.secrets = secrets;
    this.hasLoopback = hasLoopback;
  }

  /**
   * The same, with these hosts alone, redirects included.
   *
   * @param hosts {@code docs.example.com} for one host, {@code *.example.com} for all below one
   * @throws IllegalArgumentException when none is given, or one cannot be read
   */
  public WebAccess onlyHosts(String... hosts) {
    if (hosts.length == 0) {
      throw new IllegalArgumentException("onlyHosts needs a host; without one nothing is allowed");
    }
    return new WebAccess(patterns(hosts), denied, ports, secrets, hasLoopback);
  }

  /** The same, without these hosts, which are written as those of {@link #onlyHosts}. */
  public WebAccess exceptHosts(String... hosts) {
    var all = Stream.concat(denied.stream(), patterns(hosts).stream()).toList();
    return new WebAccess(only, all, ports, secrets, hasLoopback);
  }

  /**
   * The same, with these ports alone.
   *
   * @throws IllegalArgumentException when none is given, or one does not exist
   */
  public WebAccess onlyPorts(int... ports) {
    var set = IntStream.of(ports).boxed().collect(Collectors.toUnmodifiableSet());
    if (set.isEmpty() || set.stream().anyMatch(port -> port < 1 || port > 0xFFFF)) {
      throw new IllegalArgumentException("ports must be between 1 and 65535, not " + set);
    }
    return new WebAccess(only, denied, set, secrets, hasLoopback);
  }

  /**
   * The same, refusing each URL that holds one of these: as it stands, percent-encoded, in base64
   * or in hexadecimal digits, in whatever case, and with other characters between its letters and
   * digits. Other encodings are not seen.
   *
   * @throws IllegalArgumentException when one has fewer than eight letters and digits, by which it
   *     would be found where it is not
   */
  public WebAccess withSecrets(Collection<String> secrets) {
    return new WebAccess(only, denied, ports, Secrets.of(secrets), hasLoopback);
  }

  /**
   * The same, and this host's loopback addresses too, written as addresses, on all ports. For tests
   * that run a server of their own: in production it opens every service of this host to the model.
   */
  public WebAccess withLoopbackForTests() {
    return new WebAccess(only, denied, ports, secrets, true);
  }

  private static List<HostPattern> patterns(String... hosts) {
    return Stream.of(hosts).map(HostPattern::parse).toList();
  }

  /** Lets a URL pass, before anything of it is looked up. */
  void check(WebAddress address) throws ToolFailure {
    if (secrets.areIn(address.toString())) {
      throw new ToolFailure(
          "The URL is refused: it holds a secret that must not leave. Leave the secret out.");
    }
    boolean isOpen = address.host().literal().filter(this::isOwnTest).isPresent();
    if (!isOpen && !ports.contains(address.port())) {
      throw refused(address, "port " + address.port() + " is not open to this tool, only " + ports);
    }
    var host = address.host().name();
    boolean isAllowed = only.isEmpty() || only.stream().anyMatch(p -> p.matches(host));
    if (!isAllowed || denied.stream().anyMatch(p -> p.matches(host))) {
      throw refused(address, "the host " + host + " is not among those this tool may reach");
    }
  }

  /** Whether an address may be connected to. */
  boolean allows(InetAddress address) {
    return PublicAddresses.isPublic(address) || isOwnTest(address);
  }

  private boolean isOwnTest(InetAddress address) {
    return hasLoopback && address.isLoopbackAddress();
  }

  private static ToolFailure refused(WebAddress address, String reason) {
    return new ToolFailure(Shown.quoted(address.toString()) + " is refused: " + reason + ".");
  }

  @Override
  public String toString() {
    return "WebAccess[only="
        + only
        + ", denied="
        + denied
        + ", ports="
        + ports
        + (hasLoopback ? ", loopback for tests]" : "]");
  }
}
