package dev.millrace.agent.client;

import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/** All that a client was built with. */
record ClientSettings(
    BaseUri baseUri,
    ApiVersion version,
    Optional<Credential> credential,
    SafeText safeText,
    List<String> betas,
    List<Header> extraHeaders,
    String userAgent,
    int maxConnections,
    long maxRequestBytes,
    Timeouts timeouts,
    RetryPolicy retryPolicy,
    @Nullable SSLContext sslContext,
    Clockwork clockwork) {}
