package dev.millrace.tools.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Alone, since the settings of a proxy are those of the whole JVM. */
@Isolated
class ProxyTest {
  @Test
  void heedNoProxyOfTheJvm() {
    // Read by sockets when they connect, so that it would send them all to a server of the proxy's.
    System.setProperty("socksProxyHost", "127.0.0.1");
    System.setProperty("socksProxyPort", "9");
    try (var web = Web.page("text/plain", "fine")) {
      assertThat(Web.content(web.fetch("http://public.example/").isFine())).isEqualTo("fine");
    } finally {
      System.clearProperty("socksProxyHost");
      System.clearProperty("socksProxyPort");
    }
  }
}
