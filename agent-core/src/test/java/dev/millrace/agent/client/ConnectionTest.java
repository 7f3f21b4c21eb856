package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may lie between a client and the Messages API, TLS included. */
class ConnectionTest {
  private static final char[] PASSWORD = "password".toCharArray();
  @TempDir static Path folder;
  private static SSLContext ofLocalhost;
  private static SSLContext ofElsewhere;

  @BeforeAll
  static void makeCertificates() throws Exception {
    ofLocalhost = context("localhost", "dns:localhost,ip:127.0.0.1");
    ofElsewhere = context("elsewhere", "dns:elsewhere.example");
  }

  /** Speaks for, and trusts, a certificate of its own. */
  private static SSLContext context(String name, String hosts) throws Exception {
    var file = folder.resolve(name + ".p12");
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var command =
        List.of(
            keytool,
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            "EC",
            "-dname",
            "CN=" + name,
            "-ext",
            "san=" + hosts,
            "-keystore",
            file.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  private static RawServer tlsServer(SSLContext context) throws IOException {
    var factory = context.getServerSocketFactory();
    return RawServer.on(
        factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        (socket, number) -> {
          while (!RawServer.readRequest(socket).isEmpty()) {
            RawServer.send(socket, RawServer.streaming(RawServer.message("safe")));
          }
        });
  }

  private static URI https(RawServer server) {
    return URI.create("https://localhost:" + server.port());
  }

  @Test
  void streamsOverTlsAndKeepsTheConnection() throws Exception {
    try (var server = tlsServer(ofLocalhost);
        var client = Fixture.client(https(server)).sslContext(ofLocalhost).build()) {
      assertThat(Fixture.stream(client).text()).isEqualTo("safe");
      assertThat(Fixture.stream(client).text()).isEqualTo("safe");
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  @Tag("E10")
  void refusesACertificateThatNobodyVouchesFor() throws Exception {
    try (var server = tlsServer(ofLocalhost)) {
      var failure = failure(Fixture.client(https(server)));
      assertThat(failure).hasMessageContaining("no trusted TLS connection to https://localhost:");
      assertThat(failure.isRetryable()).isFalse();
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  @Tag("E10")
  void refusesACertificateOfAnotherHost() throws Exception {
    try (var server = tlsServer(ofElsewhere)) {
      var failure = failure(Fixture.client(https(server)).sslContext(ofElsewhere));
      assertThat(failure).hasMessageContaining("no trusted TLS connection");
      assertThat(failure.isRetryable()).isFalse();
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  @Tag("E10")
  void doesNotTryAgainWhereNoTlsIsSpoken() throws Exception {
    try (var server = RawServer.handling((s, n) -> RawServer.send(s, "HTTP/1.1 400 Bad\r\n\r\n"))) {
      var failure = failure(Fixture.client(https(server)));
      assertThat(failure).hasMessageContaining("no trusted TLS connection");
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  @Tag("E10")
  @Tag("F01")
  void triesAgainWhereNobodyListens() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var waits = new ArrayList<Duration>();
    var builder =
        Fixture.client(URI.create("http://127.0.0.1:" + port)).clockwork(Fixture.noWaits(waits, 1));
    var failure = failure(builder);
    assertThat(failure)
        .hasMessageContaining("cannot connect to http://127.0.0.1:" + port)
        .hasMessageContaining("refused");
    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure.attempts()).isEqualTo(3);
    assertThat(waits).hasSize(2);
  }

  @Test
  @Tag("E10")
  void doesNotTryAgainWhenNoSuchHostIsKnown() {
    var failure = failure(Fixture.client(URI.create("http://no-such-host.invalid")));
    assertThat(failure).hasMessageContaining("host of http://no-such-host.invalid is not known");
    assertThat(failure.isRetryable()).isFalse();
    assertThat(failure.attempts()).isOne();
  }

  private static ConnectionFailedException failure(HttpMessagesClient.Builder builder) {
    try (var client = builder.build()) {
      return catchThrowableOfType(ConnectionFailedException.class, () -> Fixture.stream(client));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "<html>hello</html>\r\n\r\n",
      })
  @Tag("E11")
  void refusesWhatIsNoHttp(String answer) {
    try (var server = RawServer.answering(answer);
        var client = Fixture.withoutRetries(server.baseUri()).build()) {
      assertThat(catchThrowableOfType(ApiException.class, () -> Fixture.stream(client)))
          .isInstanceOfAny(UnexpectedResponseException.class, ConnectionFailedException.class);
    }
  }

  @Test
  @Tag("E11")
  void refusesAHeadThatHasNoEnd() {
    try (var server =
            RawServer.answering("HTTP/1.1 200 OK\r\nx: " + "y".repeat(100_000) + "\r\n\r\n");
        var client = Fixture.client(server.baseUri()).build()) {
      assertThat(catchThrowableOfType(ApiException.class, () -> Fixture.stream(client)))
          .isInstanceOf(UnexpectedResponseException.class)
          .hasMessageContaining("limit");
    }
  }

  @Test
  @Tag("E11")
  void passesOverInterimAnswersAndTrailers() {
    var answer =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
            + RawServer.streaming(RawServer.message("Hi"))
                .replace("0\r\n\r\n", "0\r\nx-trailer: 1\r\n\r\n");
    try (var server = RawServer.answering(answer);
        var client = Fixture.client(server.baseUri()).build()) {
      assertThat(Fixture.stream(client).text()).isEqualTo("Hi");
    }
  }
}
