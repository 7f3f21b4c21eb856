package dev.millrace.examples.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at each request before anything else does: it must be meant for this server, come from no
 * other site's page, and show a token where something can be read or done. Browsers let any page
 * send requests to a server on loopback, under any name that leads there.
 */
final class Gate implements Filter {
  private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
  private static final String BEARER = "Bearer ";

  private final Set<String> open;
  private final Set<String> hosts;
  private final List<Principal> principals;

  /**
   * @param open the paths that need no token
   * @param hosts what may stand in the Host header, with the port unless it is 80
   */
  Gate(Set<String> open, Set<String> hosts, List<Principal> principals) {
    this.open = open;
    this.hosts = hosts;
    this.principals = principals;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    SecurityHeaders.set(response);
    checkHost(request);
    checkSite(request);
    if (isGuarded(request.path().path())) {
      request.context().register(principal(request));
      checkType(request);
    }
    chain.proceed();
  }

  private boolean isGuarded(String path) {
    return !open.contains(path);
  }

  private void checkHost(ServerRequest request) {
    var named = request.headers().all(HeaderNames.HOST, List::of);
    if (named.size() != 1 || !hosts.contains(named.getFirst().toLowerCase(Locale.ROOT))) {
      throw Problem.of(421, "misdirected_request", "this server is not known by that name");
    }
  }

  private void checkSite(ServerRequest request) {
    var origin = request.headers().first(HeaderNames.ORIGIN);
    if (origin.isPresent() && !isOwn(origin.get().toLowerCase(Locale.ROOT))) {
      throw foreign();
    }
    var site = request.headers().first(SITE);
    boolean isRead = request.prologue().method().equals(Method.GET);
    boolean isPage = isRead && !isGuarded(request.path().path());
    if (site.isPresent() && !isPage && !OWN_SITE.contains(site.get().toLowerCase(Locale.ROOT))) {
      throw foreign();
    }
  }

  private boolean isOwn(String origin) {
    return hosts.stream()
        .anyMatch(host -> origin.equals("http://" + host) || origin.equals("https://" + host));
  }

  private static Problem foreign() {
    return Problem.of(403, "permission_error", "pages of other sites may not use this server");
  }

  private Principal principal(ServerRequest request) {
    var shown =
        request
            .headers()
            .first(HeaderNames.AUTHORIZATION)
            .filter(value -> value.startsWith(BEARER))
            .map(value -> value.substring(BEARER.length()))
            .orElse("");
    // All are compared, so that the time does not tell which one is nearly right.
    Optional<Principal> found = Optional.empty();
    for (var principal : principals) {
      if (principal.token().is(shown)) {
        found = Optional.of(principal);
      }
    }
    return found.orElseThrow(() ->
        Problem.of(401, "authentication_error", "send \"Authorization: Bearer\" and the token"));
  }

  private static void checkType(ServerRequest request) {
    if (!request.prologue().method().equals(Method.POST)) {
      return;
    }
    var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    var plain = type.toLowerCase(Locale.ROOT).replace(" ", "");
    boolean isJson =
        plain.equals("application/json") || plain.equals("application/json;charset=utf-8");
    if (!isJson || request.headers().contains(HeaderNames.CONTENT_ENCODING)) {
      throw Problem.of(
          415, "unsupported_media_type", "send application/json, with no content encoding");
    }
  }

  /** What every answer says to the browser, whatever else it says. */
  private static final class SecurityHeaders {
    private static final String POLICY =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    static void set(RoutingResponse response) {
      response.header(HeaderValues.create("Content-Security-Policy", POLICY));
      response.header(HeaderValues.create("X-Content-Type-Options", "nosniff"));
      response.header(HeaderValues.create("Referrer-Policy", "no-referrer"));
      response.header(HeaderValues.create("Cross-Origin-Opener-Policy", "same-origin"));
      response.header(HeaderValues.create("Cross-Origin-Resource-Policy", "same-origin"));
      response.header(HeaderValues.create("Cache-Control", "no-store"));
    }
  }
}
