package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.LoadedClasses;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over plain http nothing is set up that only https needs: it is a third of the time to start. */
class LazyTlsTest {
  /** Streams one message in a JVM of its own. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      try (var client = Fixture.client(URI.create(args[0])).build()) {
        if (!Fixture.stream(client).text().equals("Hi")) {
          throw new AssertionError("the message is not what the server says");
        }
      }
    }
  }

  @Test
  void loadsNoTlsForPlainHttp(@TempDir Path folder) throws Exception {
    try (var server = MessagesServer.start(request -> Reply.says("Hi"))) {
      assertThat(LoadedClasses.of(Main.class, server.baseUri().toString(), folder))
          .contains("HttpMessagesClient")
          .doesNotContain("PublicSuffixListParser")
          .doesNotContain("PublicSuffixMatcherLoader")
          .doesNotContain("sun.security.ssl.SSLContextImpl")
          .doesNotContain("sun.security.ssl.TrustStoreManager");
    }
  }
}
