package dev.millrace.tools.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the model knows can leave in a URL. */
class SecretsInUrlsTest {
  private static final String SECRET = "sk-ant-Test_0123456789+/abcdef";

  private static List<String> hidden() {
    byte[] bytes = SECRET.getBytes(UTF_8);
    var percent = new StringBuilder();
    for (byte b : bytes) {
      percent.append(String.format("%%%02x", b & 0xFF));
    }
    return List.of(
        SECRET,
        SECRET.toUpperCase(Locale.ROOT),
        percent.toString(),
        percent.toString().replace("%", "%25"),
        HexFormat.of().formatHex(bytes),
        HexFormat.of().withUpperCase().formatHex(bytes),
        Base64.getEncoder().encodeToString(bytes),
        Base64.getUrlEncoder().encodeToString(("x" + SECRET).getBytes(UTF_8)),
        Base64.getUrlEncoder().encodeToString(("to: " + SECRET + "!").getBytes(UTF_8)),
        SECRET.replaceAll("(.{4})", "$1."),
        SECRET.replaceAll("(.{4})", "$1/"),
        SECRET.replaceAll("(.{4})", "$1%0a"));
  }

  @ParameterizedTest
  @MethodSource("hidden")
  void areFoundHoweverTheyAreWritten(String secret) {
    try (var web = Web.html("fine").access(WebAccess.PUBLIC.withSecrets(List.of(SECRET)))) {
      for (var url :
          List.of(
              "http://public.example/?d=" + secret,
              "http://public.example/" + secret + "/x",
              "http://public.example/#" + secret)) {
        var answer = web.fetch(url);
        if (answer.isError()) {
          assertThat(answer.text()).doesNotContain(secret);
        }
        assertThat(web.requests).noneMatch(head -> head.contains(secret));
      }
      assertThat(web.requests).allMatch(head -> head.startsWith("GET / HTTP"));
    }
  }

  @Test
  void inTheNameOfAHostAreNotLookedUp() {
    var secret = "abcdef0123456789";
    try (var web = Web.html("fine").access(WebAccess.PUBLIC.withSecrets(List.of(secret)))) {
      web.fetch("http://" + secret + ".evil.example/").isRefused();
      web.fetch("http://abcdef01.23456789.evil.example/").isRefused();
      assertThat(web.lookups).isEmpty();
    }
  }

  @Test
  void inARedirectAreNotSent() {
    try (var web =
        Web.handling((head, out) ->
                out.write(Web.head("302 Found", "Location: http://evil.example/?" + SECRET)))
            .access(WebAccess.PUBLIC.withSecrets(List.of(SECRET)))
            .name("evil.example", Web.PUBLIC)) {
      web.fetch("http://public.example/").isRefused();
      assertThat(web.requests).hasSize(1);
    }
  }

  @Test
  void areNotToldByTheSettings() {
    assertThat(WebAccess.PUBLIC.withSecrets(List.of(SECRET)).toString()).doesNotContain("0123456");
  }

  @Test
  void thatAreTooShortToBeFoundAreRefusedWhenTheyAreSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebAccess.PUBLIC.withSecrets(List.of("--abc-12--")))
        .withMessageContaining("8 letters and digits or more")
        .withMessageNotContaining("abc");
  }

  @Test
  void leaveOtherUrlsAlone() {
    try (var web = Web.html("fine").access(WebAccess.PUBLIC.withSecrets(List.of(SECRET)))) {
      web.fetch("http://public.example/?q=100%&r=%zz").isRefused();
      web.fetch("http://public.example/?q=sk-ant-Test_0123&r=%E2%82%AC").isFine();
    }
  }
}
