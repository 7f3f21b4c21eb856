package dev.millrace.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Texts of any size go through notifications of 8,000 bytes. */
class NotificationsTest {
  private static List<String> through(List<String> payloads) {
    var parts = new Notifications.Parts();
    var texts = new ArrayList<String>();
    payloads.forEach(payload -> texts.addAll(parts.take(payload)));
    return texts;
  }

  @Test
  void comeOutAsTheyWentIn() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      var texts = new ArrayList<String>();
      for (int i = random.nextInt(40); i >= 0; i--) {
        var unit = random.nextBoolean() ? "x" : "\u00e9\ud83d\ude00";
        texts.add(i + unit.repeat(random.nextInt(random.nextInt(10) == 0 ? 20_000 : 60)));
      }
      var payloads = Notifications.of(texts);
      assertThat(payloads)
          .as("seed %d", seed)
          .allSatisfy(payload ->
              assertThat(payload.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(8_000));
      assertThat(through(payloads)).as("seed %d", seed).isEqualTo(texts);
    }
  }

  @Test
  void manySmallOnesShareAFew() {
    var texts = new ArrayList<String>();
    for (int i = 0; i < 1_000; i++) {
      texts.add("news " + i);
    }
    assertThat(Notifications.of(texts)).hasSizeLessThan(3);
  }

  @Test
  void halfATextThatIsSentAgainComesOnce() {
    var text = "y".repeat(20_000);
    var first = Notifications.of(List.of(text));
    var again = Notifications.of(List.of(text));
    var all = new ArrayList<>(first.subList(0, 2));
    all.addAll(again);
    assertThat(through(all)).containsExactly(text);
  }

  @Test
  void whatIsNotOursIsLeftOut() {
    assertThat(through(List.of("", "p\nx", "hello"))).isEmpty();
  }
}
