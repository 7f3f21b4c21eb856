package dev.millrace.agent.client;

import dev.millrace.agent.cancel.CancelSignal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.jspecify.annotations.Nullable;

/**
 * The Messages API over HTTP: one connection pool and one watchdog thread for all its streams.
 * Thread-safe; meant to be made once and shared by all runs. It holds daemon threads and
 * connections only, so that a program may end without closing it.
 *
 * <p>The key goes to the configured origin only, in one header; redirects are not followed. It is
 * in no log, exception or {@code toString}.
 *
 * <pre>{@code
 * try (var client = HttpMessagesClient.fromEnvironment()) {
 *   client.stream(request, CancelSignal.NEVER, event -> System.out.println(event));
 * }
 * }</pre>
 */
public final class HttpMessagesClient implements MessagesClient, AutoCloseable {
  private final ClientSettings settings;
  private final Transport transport;
  private final Watchdog watchdog;
  private final Retries retries;

  private HttpMessagesClient(ClientSettings settings) {
    this.settings = settings;
    this.transport = new Transport(settings);
    this.watchdog =
        new Watchdog(
            settings.clockwork().nanoTime(),
            "millrace-watchdog-" + settings.baseUri().origin().toHostString());
    this.retries = new Retries(settings.retryPolicy(), settings.clockwork());
  }

  /**
   * A client as the environment describes it: {@code ANTHROPIC_API_KEY}, else {@code
   * ANTHROPIC_AUTH_TOKEN}, and {@code ANTHROPIC_BASE_URL}. Without a key it can be made, for
   * servers that need none.
   *
   * @throws IllegalArgumentException that names the variable whose value cannot be used
   */
  public static HttpMessagesClient fromEnvironment() {
    return builder().environment(System.getenv()).build();
  }

  /** A client to be set up; it reads nothing from the environment unless told to. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void stream(MessageRequest request, CancelSignal cancel, StreamListener listener) {
    retries.request();
    new Call(settings, transport, watchdog, request, cancel, listener).run(retries);
  }

  /** How many connections are in use. */
  int connectionsInUse() {
    return transport.inUse();
  }

  /** Ends all streams with a cancellation, and closes all connections. */
  @Override
  public void close() {
    watchdog.close();
    transport.close();
  }

  /** Names the origin, nothing else. */
  @Override
  public String toString() {
    return "HttpMessagesClient[" + settings.baseUri() + "]";
  }

  /** A client to be set up; not thread-safe. */
  public static final class Builder {
    private static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;
    private static final Set<String> OWN_HEADERS =
        Set.of(
            "accept",
            "accept-encoding",
            "anthropic-beta",
            "anthropic-version",
            "authorization",
            "connection",
            "content-length",
            "content-type",
            "expect",
            "host",
            "te",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "x-api-key");

    private BaseUri baseUri = BaseUri.DEFAULT;
    private ApiVersion version = ApiVersion.V2026_10_21;
    private Optional<Credential> credential = Optional.empty();
    private final List<String> betas = new ArrayList<>();
    private final List<Header> extraHeaders = new ArrayList<>();
    private String userAgent = "millrace/0.1";
    private int maxConnections = 10_000;
    private long maxRequestBytes = MAX_REQUEST_BYTES;
    private Timeouts timeouts = Timeouts.DEFAULT;
    private RetryPolicy retryPolicy = RetryPolicy.DEFAULT;
    private @Nullable SSLContext sslContext;
    private Clockwork clockwork = Clockwork.SYSTEM;

    private Builder() {}

    /**
     * Takes what these variables say, see {@link HttpMessagesClient#fromEnvironment()}; an empty
     * one is as good as none.
     */
    public Builder environment(Map<String, String> variables) {
      var key = variables.getOrDefault("ANTHROPIC_API_KEY", "");
      var token = variables.getOrDefault("ANTHROPIC_AUTH_TOKEN", "");
      var base = variables.getOrDefault("ANTHROPIC_BASE_URL", "");
      if (!key.isEmpty()) {
        credential = Optional.of(Credential.apiKey(key, "ANTHROPIC_API_KEY"));
      } else if (!token.isEmpty()) {
        credential = Optional.of(Credential.authToken(token, "ANTHROPIC_AUTH_TOKEN"));
      }
      if (!base.isEmpty()) {
        baseUri = BaseUri.parse(base, "ANTHROPIC_BASE_URL");
      }
      return this;
    }

    /** The API key. */
    public Builder apiKey(String apiKey) {
      credential = Optional.of(Credential.apiKey(apiKey, "the API key"));
      return this;
    }

    /** A token that is sent as {@code Authorization: Bearer}, instead of a key. */
    public Builder authToken(String authToken) {
      credential = Optional.of(Credential.authToken(authToken, "the auth token"));
      return this;
    }

    /** Where the API is, without {@code /v1}; {@code https://api.anthropic.com} by default. */
    public Builder baseUri(URI baseUri) {
      this.baseUri = BaseUri.of(baseUri, "the base URI");
      return this;
    }

    /** The API's version; {@link ApiVersion#V2026_10_21} by default. */
    public Builder apiVersion(ApiVersion version) {
      this.version = version;
      return this;
    }

    /** Adds values of the {@code anthropic-beta} header, for all requests. */
    public Builder betas(String... betas) {
      for (var beta : betas) {
        this.betas.add(headerValue("a beta", beta));
      }
      return this;
    }

    /**
     * Adds a header to all requests.
     *
     * @throws IllegalArgumentException when it is one that the client itself sets
     */
    public Builder header(String name, String value) {
      if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("the header " + name + " is set by the client itself");
      }
      if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
        throw new IllegalArgumentException(
            "\"%s\" is no name of a header".formatted(name.replaceAll("[^ -~]", "?")));
      }
      extraHeaders.add(new BasicHeader(name, headerValue("the header " + name, value)));
      return this;
    }

    private static String headerValue(String what, String value) {
      if (!value.matches("[\\t -~]*")) {
        throw new IllegalArgumentException(what + " holds a character that no header can carry");
      }
      return value;
    }

    /** What the client calls itself. */
    public Builder userAgent(String userAgent) {
      this.userAgent = headerValue("the user agent", userAgent);
      return this;
    }

    /** The most connections at a time, which is the most streams; 10,000 by default. */
    public Builder maxConnections(int maxConnections) {
      if (maxConnections < 1) {
        throw new IllegalArgumentException("maxConnections must be 1 or more");
      }
      this.maxConnections = maxConnections;
      return this;
    }

    /** The longest body that is sent; the API's own 32 MiB by default. */
    public Builder maxRequestBytes(long maxRequestBytes) {
      if (maxRequestBytes < 1) {
        throw new IllegalArgumentException("maxRequestBytes must be 1 or more");
      }
      this.maxRequestBytes = maxRequestBytes;
      return this;
    }

    /** The clocks; {@link Timeouts#DEFAULT} by default. */
    public Builder timeouts(Timeouts timeouts) {
      this.timeouts = timeouts;
      return this;
    }

    /** When requests are made again; {@link RetryPolicy#DEFAULT} by default. */
    public Builder retryPolicy(RetryPolicy retryPolicy) {
      this.retryPolicy = retryPolicy;
      return this;
    }

    /** Whom to trust over https; the JVM's default by default. */
    public Builder sslContext(SSLContext sslContext) {
      this.sslContext = sslContext;
      return this;
    }

    Builder clockwork(Clockwork clockwork) {
      this.clockwork = clockwork;
      return this;
    }

    public HttpMessagesClient build() {
      return new HttpMessagesClient(
          new ClientSettings(
              baseUri,
              version,
              credential,
              new SafeText(credential),
              List.copyOf(betas),
              List.copyOf(extraHeaders),
              userAgent,
              maxConnections,
              maxRequestBytes,
              timeouts,
              retryPolicy,
              sslContext,
              clockwork));
    }
  }
}
