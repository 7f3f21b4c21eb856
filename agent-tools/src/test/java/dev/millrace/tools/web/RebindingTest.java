package dev.millrace.tools.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Name servers that lead a name to where it must not go. */
class RebindingTest {
  @Test
  void aNameIsLookedUpOnceAndTheCheckedAddressConnectedTo() {
    try (var web = Web.html("fine")) {
      web.name("rebind.example", Web.PUBLIC).name("rebind.example", "127.0.0.1");
      assertThat(Web.content(web.fetch("http://rebind.example/").isFine())).isEqualTo("fine");
      assertThat(web.lookups).containsExactly("rebind.example");
      assertThat(web.dialed).containsExactly(Web.PUBLIC + ":80");
      web.fetch("http://rebind.example/").isRefused();
      assertThat(web.dialed).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "::1", "fd00:ec2::254", "169.254.169.254"})
  void oneAddressThatIsNotPublicIsEnoughToRefuseTheName(String inside) {
    try (var web = Web.html("fine")) {
      web.name("multi.example", Web.PUBLIC, inside, "1.1.1.1");
      var answer = web.fetch("http://multi.example/").isRefused();
      assertThat(answer.text())
          .isEqualTo(
              "The host multi.example is refused: it does not lead to public addresses alone."
                  + " Only servers of the public internet can be reached.")
          .doesNotContain(inside);
      assertThat(web.dialed).isEmpty();
    }
  }

  @Test
  void aNameOfManyAddressesIsRefused() {
    try (var web = Web.html("fine")) {
      var addresses = new String[5_000];
      java.util.Arrays.fill(addresses, Web.PUBLIC);
      web.name("many.example", addresses);
      assertThat(web.fetch("http://many.example/").isRefused().text()).contains("5000 addresses");
    }
  }

  @Test
  void aNameThatDoesNotExistIsSaidNotTo() {
    try (var web = Web.html("fine")) {
      assertThat(web.fetch("http://missing.example/").isRefused().text())
          .isEqualTo("There is no host missing.example, or its name server does not answer.");
    }
  }

  @Test
  void aNameServerThatNeverAnswersCostsTheTimeOfTheCall() {
    var released = new CountDownLatch(1);
    var limits = new WebLimits(Duration.ofMillis(300), Duration.ofMillis(300), 1 << 20, 5, 1_000);
    try (var web = Web.html("fine").limits(limits)) {
      web.resolver(host -> {
        Uninterrupted.await(released);
        return new InetAddress[0];
      });
      assertThat(web.fetch("http://slow.example/").isRefused().text())
          .contains("not there within 0.3 seconds");
    } finally {
      released.countDown();
    }
  }
}
