package dev.millrace.tools.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.Calls.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** URLs that lead to where the tool must not go, or that two readers may read in two ways. */
class RefusedUrlsTest {
  private static final WebLimits SHORT =
      new WebLimits(Duration.ofSeconds(2), Duration.ofSeconds(1), 1 << 20, 5, 60_000);
  private static final Pattern REDIRECT = Pattern.compile("GET /(30\\d)\\?to=([^& ]+)");

  /** A server that redirects as it is asked to, and is fine under other paths. */
  private static Web web() {
    return Web.handling(RefusedUrlsTest::answer).limits(SHORT);
  }

  private static Web secureWeb() throws Exception {
    var certificate = Certificate.of("public.test");
    return Web.on(certificate.serverSocket(), RefusedUrlsTest::answer)
        .tls(certificate.socketFactory());
  }

  private static void answer(String head, OutputStream out) throws IOException {
    var redirect = REDIRECT.matcher(head);
    if (redirect.find()) {
      out.write(Web.head(redirect.group(1) + " Moved", "Location: " + redirect.group(2)));
    } else if (head.startsWith("GET /loop ")) {
      out.write(Web.head("302 Found", "Location: /loop"));
    } else if (head.startsWith("GET /meta?")) {
      out.write(Web.head("302 Found", "Location: file:///etc/passwd"));
    } else {
      out.write(Web.head("200 OK", "Content-Type: text/plain", "Content-Length: 4"));
      out.write("fine".getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://127.8.9.1/",
        "http://127.1/",
        "http://0/",
        "http://1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0X7F.1/",
        "http://0x7f.0.0.1/",
        "http://127.0.0.0x1/",
        "http://0177.0.0.1/",
        "http://127.0.0.01/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://256.1.1.1/",
        "http://1.2.3/",
        "http://1.2.3.4.5/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[::127.0.0.1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1",
        "http://[127.0.0.1]/",
        "http://[v1.a]/",
        "http://localhost/",
        "http://LocalHost:8080/",
        "http://localhost./",
        "http://a.b.localhost/",
        "http://printer.local/",
        "http://metadata.google.internal/",
        "http://router/",
        "http://public.example./",
        "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://127\u30020\u30020\u30021/",
        "http://public\uff0eexample/",
        "http://\u24d4xample.com/",
        "http://exam\u00adple.com/",
        "http://exam\u200bple.com/",
        "http://example\u2024com/",
        "http://stra\u00dfe.example/",
        "http://public.example%00.evil.example/",
        "http://public.example\0.evil.example/",
        "http://public.example%2eevil.example/",
        "http://public_host.example/",
        "http://-public.example/",
        "http://pub..lic.example/",
        "http://*.example/",
        "http://user@public.example/",
        "http://user:pass@public.example/",
        "http://@public.example/",
        "http://public.example@127.0.0.1/",
        "http://public.example:80@127.0.0.1:80/",
        "http://public.example\\@127.0.0.1/",
        "http:\\\\public.example/",
        "http:/\\127.0.0.1/",
        "http://127.0.0.1#@public.example/",
        "http://127.0.0.1?@public.example/",
        "http://public.example\r\nHost: 127.0.0.1/",
        "http://public.example/\r\nX-Injected: 1",
        "http://public.example/\tx",
        "http://public.example/a b",
        " http://public.example/",
        "http://public.example:22/",
        "http://public.example:6379/",
        "http://public.example:0/",
        "http://public.example:65616/",
        "http://public.example:99999/",
        "http://public.example:-80/",
        "http://public.example:8o/",
        "http://public.example:80:80/",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "jar:http://public.example/y.jar!/a",
        "netdoc:///etc/passwd",
        "jrt:/java.base",
        "ftp://public.example/",
        "gopher://public.example:6379/_INFO",
        "ws://public.example/",
        "data:text/html,hi",
        "javascript:alert(1)",
        "view-source:http://public.example/",
        "url:http://public.example/",
        "//public.example/",
        "public.example",
        "http:public.example",
        "http:///etc/passwd",
        "http://",
        "http:",
        "https://?x",
        "",
      })
  void areRefusedBeforeAnythingIsLookedUp(String url) {
    try (var web = web()) {
      web.fetch(url).isRefused();
      assertThat(web.lookups).isEmpty();
      assertThat(web.dialed).isEmpty();
    }
  }

  @Test
  void areRefusedWhenTheyAreTooLong() {
    try (var web = web()) {
      var answer = web.fetch("http://public.example/" + "a".repeat(100_000)).isRefused();
      assertThat(answer.text()).contains("more than 4,000 characters").hasSizeLessThan(500);
    }
  }

  @Test
  void tellWhatToWriteInstead() {
    try (var web = web()) {
      assertThat(web.fetch("http://0x7f.1/").isRefused().text())
          .isEqualTo(
              "The host \"0x7f.1\" is refused:"
                  + " an address must be written as 192.0.2.1 or [2001:db8::1].");
      assertThat(web.fetch("ftp://a.example/").isRefused().text())
          .isEqualTo(
              "The URL \"ftp://a.example/\" is refused: it must begin with http:// or https://.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://PUBLIC.example/ok",
        "http://public.example:80/ok",
        "http://public.example//ok",
        "HTTP://public.example/ok#fragment",
        "http://93.184.215.14/ok",
        "http://[2606:4700::6810:85e5]/ok",
        "http://xn--mnchen-3ya.example/ok",
        "http://m\u00fcnchen.example/ok",
        "http://M\u00dcNCHEN.example/ok",
      })
  void areTakenWhenTheyArePlain(String url) {
    try (var web = web().name("xn--mnchen-3ya.example", Web.PUBLIC)) {
      assertThat(Web.content(web.fetch(url).isFine())).isEqualTo("fine");
      assertThat(web.dialed).hasSize(1);
    }
  }

  @Test
  void areSentWithEverythingBeyondAsciiEncoded() {
    try (var web = web()) {
      web.fetch("http://public.example/\u00d6l?q=\ud83d\ude00");
      assertThat(web.requests).first().asString().startsWith("GET /%C3%96l?q=%F0%9F%98%80 HTTP");
    }
  }

  private static Stream<JsonNode> corpus() throws IOException {
    var lines = Files.readAllLines(Path.of(System.getProperty("corpora"), "ssrf/ssrf-urls.jsonl"));
    assertThat(lines).hasSize(91);
    return lines.stream().map(JsonMapper.shared()::readTree);
  }

  @ParameterizedTest
  @MethodSource("corpus")
  @EnabledIfSystemProperty(named = "corpora", matches = ".+")
  void ofTheTestDataAreAnsweredAsListed(JsonNode line) throws Exception {
    var url = line.path("url").stringValue();
    boolean isSecure = url.startsWith("https:");
    var released = new CountDownLatch(1);
    try (var web = isSecure ? secureWeb() : web()) {
      web.name("rebind.test", Web.PUBLIC).name("rebind.test", "127.0.0.1");
      web.name("multi.test", Web.PUBLIC, "127.0.0.1");
      web.name("redir.test", Web.PUBLIC).name("public.test", Web.PUBLIC);
      web.name("example.com", Web.PUBLIC).name("metadata.google.internal", "169.254.169.254");
      if (url.contains("slowdns")) {
        web.resolver(host -> {
          Uninterrupted.await(released);
          return new InetAddress[0];
        });
      }
      check(line, web.fetch(url), web);
    } finally {
      released.countDown();
    }
  }

  private static void check(JsonNode line, Answer answer, Web web) {
    var url = line.path("url").stringValue();
    assertThat(web.dialed).allMatch(address -> address.startsWith(Web.PUBLIC + ":"));
    if (line.path("expect").stringValue().equals("allow")) {
      assertThat(Web.content(answer.isFine())).isEqualTo("fine");
      assertThat(web.requests).noneMatch(head -> head.contains("Authorization: "));
    } else if (url.contains("rebind.test")) {
      assertThat(web.lookups).hasSize(1);
      assertThat(web.dialed).containsExactly(Web.PUBLIC + ":80");
    } else {
      answer.isRefused();
      assertThat(web.requests).allMatch(head -> head.contains("Host: redir.test"));
    }
  }
}
