package dev.millrace.agent.client;

import java.io.IOException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The HTTP library, set up for streams: one pool, small buffers, its smallest client, which does
 * nothing unasked (redirects, retries, compression, cookies), and no time limits on reads.
 */
final class Transport implements AutoCloseable {
  private static final Http1Config HTTP =
      Http1Config.custom()
          .setBufferSize(8 * 1024)
          .setMaxLineLength(64 * 1024)
          .setMaxHeaderCount(200)
          .build();
  private static final Timeout KEPT_IDLE = Timeout.ofSeconds(50);

  private final PoolingHttpClientConnectionManager pool;
  private final CloseableHttpClient http;
  private final RequestConfig config;
  private final HttpHost origin;

  Transport(ClientSettings settings) {
    this.origin = settings.baseUri().origin();
    this.pool = pool(settings);
    this.http = HttpClients.createMinimal(pool);
    this.config = request(settings.timeouts());
  }

  private static PoolingHttpClientConnectionManager pool(ClientSettings settings) {
    var connect = timeout(settings.timeouts().nanos(ApiTimeoutException.Clock.CONNECT));
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setMaxConnTotal(settings.maxConnections())
        .setMaxConnPerRoute(settings.maxConnections())
        .setConnectionFactory(socket -> new QuietConnection(HTTP))
        .setTlsSocketStrategy(new LazyTls(settings.sslContext()))
        .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
        .setDefaultSocketConfig(
            SocketConfig.custom()
                .setTcpNoDelay(true)
                .setSoKeepAlive(true)
                .setSoTimeout(Timeout.DISABLED)
                .build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(connect)
                .setIdleTimeout(KEPT_IDLE)
                .setValidateAfterInactivity(TimeValue.ofSeconds(2))
                .build())
        .build();
  }

  private static RequestConfig request(Timeouts timeouts) {
    return RequestConfig.custom()
        .setConnectionRequestTimeout(timeout(timeouts.nanos(ApiTimeoutException.Clock.FIRST_BYTE)))
        .build();
  }

  private static Timeout timeout(long nanos) {
    return nanos == Long.MAX_VALUE
        ? Timeout.DISABLED
        : Timeout.ofMilliseconds(Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE));
  }

  /** Sends the request; returns with the head of the answer. */
  void send(Exchange exchange) throws IOException {
    exchange.post().setConfig(config);
    exchange.answered(http.executeOpen(origin, exchange.post(), null));
  }

  /** Closes the connections that are not in use. */
  void dropIdle() {
    pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
  }

  /** How many connections are in use. */
  int inUse() {
    return pool.getTotalStats().getLeased();
  }

  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
  }
}
