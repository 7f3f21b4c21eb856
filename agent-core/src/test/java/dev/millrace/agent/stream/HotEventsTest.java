package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The short way of reading an event may give up, but must never differ from the long way. */
class HotEventsTest {
  private static final String[] SEEDS = {
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\\n\\\"é\\u00e9\\ud83d\\ude42\"}}",
    "{\"type\":\"content_block_delta\",\"index\":12,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"path\\\": \\\"src/main/java/App.java\\\", \\\"content\\\": \\\"a\\\\nb\"} }",
    "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"日本 🙂 the quick brown fox, \\ud83d\\ude42 \\u20ac, jumps over it\"}  }",
    "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"Eq/+=\"}}",
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"} }",
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}",
    "{\"type\":\"content_block_stop\",\"index\":0 }",
    "{\"type\":\"message_stop\"  }",
    "{\"type\": \"ping\"}",
    "{\"type\":\"ping\"}",
  };

  @Test
  void takesAllFormsItIsMeantFor() {
    for (String seed : SEEDS) {
      byte[] bytes = seed.getBytes(UTF_8);
      assertThat(new HotEvents().read(bytes, 0, bytes.length)).as(seed).isNotNull();
    }
  }

  @Test
  void agreesWithTheLongWayOnMutations() {
    int taken = 0;
    for (long seed = 0; seed < 200_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = SEEDS[random.nextInt(SEEDS.length)].getBytes(UTF_8);
      byte[] mutant = mutate(bytes, random);
      taken += assertAgrees("seed " + seed, mutant) ? 1 : 0;
    }
    assertThat(taken).isGreaterThan(5_000);
  }

  @Test
  @EnabledIfSystemProperty(named = "corpora", matches = ".+")
  void takesMostRecordedEventsAndAgreesOnAllAndTheirMutations() throws IOException {
    int deltas = 0;
    int taken = 0;
    for (Path file : Corpora.files(Corpora.path("recordings", "sse"))) {
      Random random = new Random(file.getFileName().hashCode());
      for (byte[] bytes : data(Corpora.bytes(file))) {
        boolean hot = assertAgrees(file.getFileName().toString(), bytes);
        if (new String(bytes, UTF_8).matches("(?s).*\"(text|thinking|input_json)_delta\".*")) {
          deltas++;
          taken += hot ? 1 : 0;
        }
        for (int i = 0; i < 20; i++) {
          assertAgrees(file.getFileName() + ", mutation " + i, mutate(bytes, random));
        }
      }
    }
    assertThat(taken)
        .as("of %d text, thinking and input deltas", deltas)
        .isGreaterThan(deltas * 9 / 10);
  }

  private static List<byte[]> data(byte[] recording) throws IOException {
    SseParser parser = new SseParser(new ByteArrayInputStream(recording));
    List<byte[]> all = new ArrayList<>();
    while (parser.next()) {
      all.add(Arrays.copyOfRange(parser.buffer(), parser.dataStart(), parser.dataEnd()));
    }
    return all;
  }

  /** Whether the short way took the event. */
  private static boolean assertAgrees(String what, byte[] bytes) {
    StreamEvent hot = new HotEvents().read(bytes, 0, bytes.length);
    if (hot == null) {
      return false;
    }
    StreamEvent cold;
    try {
      cold = new EventTrees("message", bytes, 0, bytes.length).read();
    } catch (StreamException e) {
      throw new AssertionError(what + ": taken, but refused by the long way: " + text(bytes), e);
    }
    assertThat(hot).as("%s: %s", what, text(bytes)).isEqualTo(cold);
    return true;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  /** Changes, drops or doubles up to three bytes, with a liking for those that matter in JSON. */
  private static byte[] mutate(byte[] bytes, Random random) {
    byte[] likely = "\"\\{}[]:, \n\t01-u/xd8\u0001".getBytes(UTF_8);
    byte[] mutant = bytes;
    for (int i = random.nextInt(3) * random.nextInt(2); i >= 0; i--) {
      if (mutant.length == 0) {
        return mutant;
      }
      // Mostly near the end, where the strings and the braces are.
      int tail = random.nextInt(4) == 0 ? mutant.length : Math.min(mutant.length, 50);
      int at = mutant.length - 1 - random.nextInt(tail);
      byte other =
          random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt(256);
      int cut = random.nextInt(3);
      byte[] next = new byte[mutant.length + 1 - cut];
      System.arraycopy(mutant, 0, next, 0, at);
      int kept = Math.max(0, mutant.length - at - cut);
      next = Arrays.copyOf(next, at + 1 + kept);
      next[at] = other;
      System.arraycopy(mutant, mutant.length - kept, next, at + 1, kept);
      mutant = next;
    }
    return mutant;
  }
}
