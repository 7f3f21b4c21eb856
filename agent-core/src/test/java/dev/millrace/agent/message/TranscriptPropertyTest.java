package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random histories, whole and broken, as lists of messages in the form of {@link History}. */
class TranscriptPropertyTest {
  private static final int HISTORIES = 3_000;
  private static final String[] BLOCKS = {
    "a", "b", "!x", "!c1", "!c2", "=c1", "=c3", "=x", "$s1", "%s1", "%z"
  };

  @Test
  void soundHistoriesAreUnchanged() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      var stored = json(soundHistory(new Random(seed)));
      var loaded = Transcript.load(stored);
      assertThat(loaded.repairs()).as("seed %s: %s", seed, stored).isEmpty();
      assertThat(loaded.transcript().json().text()).as("seed %s", seed).isEqualTo(stored);
      assertSendable(loaded.transcript(), "seed " + seed, stored);
    }
  }

  @Test
  void mutatedHistoriesAreRepaired() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      var random = new Random(seed);
      var history = soundHistory(random);
      for (int mutations = 1 + random.nextInt(4); mutations > 0; mutations--) {
        mutate(history, random);
      }
      var stored = json(history);
      var loaded = Transcript.load(stored);
      assertSendable(loaded.transcript(), "seed " + seed, stored);
      var again = Transcript.load(loaded.transcript().json().text());
      assertThat(again.repairs()).as("seed %s, again: %s", seed, stored).isEmpty();
    }
  }

  /** As after a crash in a store that writes a record per message. */
  @Test
  @Tag("H10")
  void historiesWithoutOneOfTheirRecordsAreRepaired() {
    for (long seed = 0; seed < HISTORIES / 10; seed++) {
      var history = soundHistory(new Random(seed));
      for (int i = 0; i < history.size(); i++) {
        var torn = new ArrayList<>(history);
        torn.remove(i);
        var stored = json(torn);
        assertSendable(Transcript.load(stored).transcript(), "seed " + seed, stored);
      }
    }
  }

  private static void assertSendable(Transcript transcript, String seed, String stored) {
    try {
      Invariants.assertSendable(transcript);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(seed + ": " + stored + "\nbecame " + transcript.json(), e);
    }
  }

  private static List<List<String>> soundHistory(Random random) {
    var history = new ArrayList<List<String>>();
    history.add(message("U", "go"));
    int calls = 0;
    for (int turns = random.nextInt(5); turns > 0; turns--) {
      if (random.nextInt(6) == 0) {
        history.add(message("S", "brief"));
      }
      var turn = message("A", "well");
      var answers = message("U");
      if (random.nextInt(3) == 0) {
        turn.addAll(List.of("$s" + calls, "%s" + calls));
      }
      for (int uses = random.nextInt(4); uses > 0; uses--) {
        calls++;
        turn.add("!c" + calls);
        answers.add("=c" + calls);
      }
      Collections.shuffle(answers.subList(1, answers.size()), random);
      boolean saysMore = answers.size() == 1 || random.nextBoolean();
      if (saysMore) {
        answers.add("more");
      }
      history.add(turn);
      history.add(answers);
    }
    if (random.nextInt(4) == 0) {
      history.add(message("A", "well", "!last"));
    }
    return history;
  }

  private static List<String> message(String... words) {
    return new ArrayList<>(List.of(words));
  }

  private static void mutate(List<List<String>> history, Random random) {
    int at = random.nextInt(history.size());
    var message = history.get(at);
    var word = BLOCKS[random.nextInt(BLOCKS.length)];
    switch (random.nextInt(8)) {
      case 0 -> remove(history, at);
      case 1 -> history.add(at, new ArrayList<>(message));
      case 2 -> Collections.swap(history, at, random.nextInt(history.size()));
      case 3 -> message.set(0, List.of("U", "A", "S").get(random.nextInt(3)));
      case 4 -> message.add(1 + random.nextInt(message.size()), word);
      case 5 -> message.add(message.get(random.nextInt(message.size() - 1) + 1));
      case 6 -> message.remove(1 + random.nextInt(message.size() - 1));
      default -> Collections.shuffle(message.subList(1, message.size()), random);
    }
    if (message.size() == 1) {
      message.add("left");
    }
  }

  private static void remove(List<List<String>> history, int at) {
    if (history.size() > 1) {
      history.remove(at);
    }
  }

  private static String json(List<List<String>> history) {
    var messages = history.stream().map(words -> String.join(" ", words)).toList();
    return History.json(String.join("|", messages));
  }
}
