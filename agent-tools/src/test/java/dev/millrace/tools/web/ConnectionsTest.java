package dev.millrace.tools.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.tools.Calls;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/** To whom the tool talks, what it says of itself, and how it stops. */
class ConnectionsTest {
  private static void fine(String head, OutputStream out) throws Exception {
    out.write(Web.head("200 OK", "Content-Type: text/plain", "Content-Length: 4"));
    out.write("fine".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void sayNothingButWhatIsFixed() {
    try (var web = Web.handling(ConnectionsTest::fine)) {
      web.fetch("http://public.example:8080/a?b=c#d").isFine();
      assertThat(web.requests)
          .containsExactly(
              """
              GET /a?b=c HTTP/1.1
              Host: public.example:8080
              User-Agent: millrace-fetch/0.1
              Accept: text/html, application/xhtml+xml, text/markdown, text/plain,\
               application/json, application/xml;q=0.9, text/*;q=0.8, */*;q=0.1
              Accept-Encoding: gzip
              Connection: close

              """
                  .replace("\n", "\r\n"));
    }
  }

  @Test
  void takeNoHeadersOrMethodsOfTheModel() {
    try (var web = Web.handling(ConnectionsTest::fine)) {
      for (var name : new String[] {"headers", "method", "body", "proxy"}) {
        assertThat(web.fetch("http://public.example/", name, "{\"Host\":\"x\"}").isRefused().text())
            .contains(name);
      }
      assertThat(web.dialed).isEmpty();
    }
  }

  @Test
  void overTlsAreForTheNameWhateverTheAddress() throws Exception {
    var certificate = Certificate.of("public.example");
    try (var web = Web.on(certificate.serverSocket(), ConnectionsTest::fine)) {
      web.tls(certificate.socketFactory()).name("other.example", Web.PUBLIC);
      assertThat(Web.content(web.fetch("https://public.example/").isFine())).isEqualTo("fine");
      assertThat(web.requests).first().asString().contains("Host: public.example\r\n");
      assertThat(web.fetch("https://other.example/").isRefused().text())
          .isEqualTo(
              "https://other.example/ could not be read: its certificate is not valid for this"
                  + " host, or nobody known vouches for it.");
      assertThat(web.fetch("https://" + Web.PUBLIC + "/").isRefused().text())
          .contains("its certificate is not valid");
      assertThat(web.requests).hasSize(1);
    }
  }

  @Test
  void toServersThatNobodyVouchesForAreGivenUp() throws Exception {
    var certificate = Certificate.of("public.example");
    try (var web = Web.on(certificate.serverSocket(), ConnectionsTest::fine)) {
      web.tls((SSLSocketFactory) SSLSocketFactory.getDefault());
      assertThat(web.fetch("https://public.example/").isRefused().text())
          .contains("nobody known vouches for it");
      assertThat(web.requests).isEmpty();
    }
  }

  @Test
  void overTlsToAServerWithoutItAreGivenUp() {
    try (var web = Web.handling(ConnectionsTest::fine)) {
      web.limits(new WebLimits(Duration.ofSeconds(2), Duration.ofSeconds(1), 1 << 20, 5, 1_000));
      web.fetch("https://public.example/").isRefused();
    }
  }

  @Test
  void areDroppedWhenTheCallIsCancelled() throws Exception {
    var reached = new CountDownLatch(1);
    var cancel = new Cancellation();
    try (var web =
            Web.handling((head, out) -> {
              out.write(Web.head("200 OK", "Content-Type: text/plain"));
              reached.countDown();
              while (true) {
                out.write('x');
                Thread.sleep(10);
              }
            });
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = threads.submit(() -> web.fetch(cancel, "http://public.example/"));
      reached.await();
      cancel.cancel();
      assertThat(answer.get().isError()).isTrue();
    }
  }

  @Test
  void reachLoopbackOnlyWhenATestSaysSo() throws Exception {
    try (var web = Web.handling(ConnectionsTest::fine)) {
      var url = "http://127.0.0.1:" + web.port() + "/";
      var calls = Calls.of(WebTools.fetch());
      assertThat(calls.call("fetch", "url", url).isRefused().text()).contains("port");
      assertThat(calls.call("fetch", "url", "http://127.0.0.1/").isRefused().text())
          .contains("Only servers of the public internet");
      assertThat(web.requests).isEmpty();

      calls = Calls.of(WebTools.fetch(WebAccess.PUBLIC.withLoopbackForTests()));
      assertThat(Web.content(calls.call("fetch", "url", url).isFine())).isEqualTo("fine");
      assertThat(calls.call("fetch", "url", "http://10.0.0.1/").isRefused().text())
          .contains("Only servers of the public internet");
    }
  }
}
