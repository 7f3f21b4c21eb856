package dev.millrace.tools.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects, each of which is a URL that a stranger chose. */
class RedirectsTest {
  private static final Pattern HOP = Pattern.compile("GET /hop(\\d+) ");

  /** Leads from {@code /hop5} over {@code /hop4} and so on to {@code /hop0}, which is a page. */
  private static Web hops() {
    return Web.handling((head, out) -> {
      var hop = HOP.matcher(head);
      int left = hop.find() ? Integer.parseInt(hop.group(1)) : 0;
      out.write(
          left == 0
              ? Web.head("200 OK", "Content-Type: text/plain", "Content-Length: 0")
              : Web.head("302 Found", "Location: /hop" + (left - 1)));
    });
  }

  private static Web to(String status, String location) {
    return Web.handling((head, out) ->
        out.write(
            head.startsWith("GET /end")
                ? Web.head("200 OK", "Content-Type: text/plain", "Content-Length: 0")
                : Web.head(status, "Location: " + location)));
  }

  @Test
  void areFollowedFiveTimesAndTheEndAndTheBeginningAreTold() {
    try (var web = hops()) {
      assertThat(web.fetch("http://public.example/hop5").isFine().text())
          .startsWith(
              "http://public.example/hop0\nredirected from http://public.example/hop5\nstatus 200");
      assertThat(web.requests).hasSize(6);
      assertThat(web.lookups).as("each hop is looked up and checked").hasSize(6);
    }
  }

  @Test
  void areNotFollowedASixthTime() {
    try (var web = hops()) {
      assertThat(web.fetch("http://public.example/hop6").isRefused().text())
          .contains("5 redirects were followed");
      assertThat(web.requests).hasSize(6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"301", "302", "303", "307", "308"})
  void leadOnlyWhereAFirstUrlMayLead(String status) {
    var targets =
        new String[] {
          "http://127.0.0.1/", "http://[::1]/", "http://inside.example/", "file:///etc/passwd",
          "http://public.example:22/", "ftp://public.example/", "//127.0.0.1/x", "\\\\127.0.0.1\\x",
          "http://user:pass@public.example/", "javascript:alert(1)", "http:///x", "http://0x7f.1/",
        };
    for (var target : targets) {
      try (var web = to(status + " Moved", target).name("inside.example", "10.1.2.3")) {
        web.fetch("http://public.example/").isRefused();
        assertThat(web.requests).as(target).hasSize(1);
        assertThat(web.dialed).as(target).hasSize(1);
      }
    }
  }

  @Test
  void fromHttpsToHttpAreNotFollowed() throws Exception {
    var certificate = Certificate.of("public.example");
    try (var web =
        Web.on(
                certificate.serverSocket(),
                (head, out) ->
                    out.write(Web.head("302 Found", "Location: http://public.example/end")))
            .tls(certificate.socketFactory())) {
      assertThat(web.fetch("https://public.example/").isRefused().text())
          .contains("redirects from https to http");
      assertThat(web.dialed).containsExactly(Web.PUBLIC + ":443");
    }
  }

  @Test
  void inACircleAreNotFollowed() {
    try (var web = to("302 Found", "http://public.example/start#again")) {
      assertThat(web.fetch("http://public.example/start").isRefused().text())
          .contains("in a circle");
      assertThat(web.requests).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/end", "end", "//public.example/end", "http://PUBLIC.example:80/end"})
  void mayBeRelative(String location) {
    try (var web = to("302 Found", location)) {
      assertThat(web.fetch("http://public.example/start").isFine().text())
          .startsWith("http://public.example/end\n");
    }
  }

  @Test
  void inAPageAreNotFollowed() {
    try (var web =
        Web.html("<meta http-equiv=refresh content='0;url=http://127.0.0.1/'><p>Moved.")) {
      assertThat(Web.content(web.fetch("http://public.example/").isFine())).isEqualTo("Moved.");
      assertThat(web.requests).hasSize(1);
    }
  }

  @Test
  void withoutATargetAreAnswersAsOthers() {
    try (var web = Web.answering(Web.head("302 Found", "Content-Length: 0"))) {
      assertThat(web.fetch("http://public.example/").isRefused().text()).contains("status 302");
    }
  }

  @Test
  void doNotCarryACookieOrReferer() {
    try (var web =
        Web.handling((head, out) ->
            out.write(
                head.startsWith("GET /end")
                    ? Web.head("200 OK", "Content-Type: text/plain", "Content-Length: 0")
                    : Web.head(
                        "302 Found", "Location: http://other.example/end", "Set-Cookie: id=1")))) {
      web.name("other.example", Web.PUBLIC).fetch("http://public.example/").isFine();
      assertThat(web.requests)
          .hasSize(2)
          .noneMatch(
              head -> Pattern.compile("(?i)\r\n(cookie|referer|origin):").matcher(head).find());
    }
  }

  @Test
  void toHostsThatAreNotAllowedAreNotFollowed() {
    try (var web = to("302 Found", "http://evil.example/end")) {
      web.name("evil.example", Web.PUBLIC)
          .access(WebAccess.PUBLIC.onlyHosts("public.example", "*.docs.example"));
      assertThat(web.fetch("http://public.example/").isRefused().text())
          .contains("evil.example", "not among those this tool may reach");
      assertThat(web.lookups).containsExactly("public.example");
    }
  }
}
