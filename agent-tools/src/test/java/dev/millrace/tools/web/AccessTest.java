package dev.millrace.tools.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hosts and ports a caller lets the model reach. */
class AccessTest {
  private static final WebAccess SOME =
      WebAccess.PUBLIC.onlyHosts("docs.example", "*.api.example").exceptHosts("old.api.example");

  @ParameterizedTest
  @CsvSource({
    "docs.example, true",
    "DOCS.example, true",
    "v1.api.example, true",
    "a.v1.api.example, true",
    "api.example, false",
    "old.api.example, false",
    "docs.example.evil.example, false",
    "evildocs.example, false",
    "x.docs.example, false",
    "evilapi.example, false",
    "93.184.215.14, false",
  })
  void isByWholeNames(String host, boolean isAllowed) {
    try (var web = Web.html("fine").access(SOME).name(host.toLowerCase(Locale.ROOT), Web.PUBLIC)) {
      assertThat(web.fetch("http://" + host + "/").isError()).isNotEqualTo(isAllowed);
      assertThat(web.lookups).hasSize(isAllowed ? 1 : 0);
    }
  }

  @Test
  void isByPortToo() {
    try (var web = Web.html("fine").access(WebAccess.PUBLIC.onlyPorts(8000))) {
      web.fetch("http://public.example:8000/").isFine();
      assertThat(web.fetch("http://public.example/").isRefused().text())
          .isEqualTo(
              "\"http://public.example/\" is refused: port 80 is not open to this tool, only"
                  + " [8000].");
    }
  }

  @Test
  void ofAnAllowedHostIsStillToPublicAddressesAlone() {
    try (var web = Web.html("fine").access(WebAccess.PUBLIC.onlyHosts("docs.example"))) {
      web.name("docs.example", "10.0.0.1").fetch("http://docs.example/").isRefused();
      assertThat(web.dialed).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "*.", "http://a.example", "a.example/x", "a b", "a"})
  void cannotBeSetToWhatIsNoHost(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebAccess.PUBLIC.onlyHosts(host))
        .withMessageContaining("docs.example.com");
  }

  @Test
  void cannotBeSetToNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebAccess.PUBLIC.onlyHosts("*.1.2.3.4"))
        .withMessageContaining("nothing is below the address");
    assertThatIllegalArgumentException().isThrownBy(() -> WebAccess.PUBLIC.onlyHosts());
    assertThatIllegalArgumentException().isThrownBy(() -> WebAccess.PUBLIC.onlyPorts());
    assertThatIllegalArgumentException().isThrownBy(() -> WebAccess.PUBLIC.onlyPorts(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebLimits(Duration.ZERO, Duration.ofSeconds(1), 1, 1, 100));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebLimits(Duration.ofSeconds(1), Duration.ofSeconds(1), 0, 1, 100));
  }
}
