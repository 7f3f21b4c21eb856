package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.laws.Judge;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of a journal's bytes, its session opens, and says what it lost. */
class DamagedJournalTest {
  private static final long SEED = Long.getLong("damage.seed", System.nanoTime());
  private static final int RANDOM_DAMAGES = 500;
  private static final int JUDGED = 97;
  private static final int MASKS_PER_BYTE = Integer.getInteger("damage.masks", 1);
  private static final int[] MASKS = {0x01, 0x04, 0x20, 0x80, 0xff};
  private static final Message NEXT = Message.user("How far are you?");

  @TempDir private Path folder = Path.of("");
  private OrderJournals journals = new OrderJournals(new byte[0], new byte[0]);
  private Scene scene = new Scene(Path.of(""));

  @BeforeEach
  void runAnOrder() {
    journals = OrderJournals.in(folder.resolve("order"));
    scene = new Scene(folder.resolve("damaged"));
  }

  private JournalFile journal() {
    return scene.journal(Shop.SESSION);
  }

  private Session open() {
    return Session.open(scene.store(new UnsyncedDisk()), Shop.SESSION);
  }

  private static void keep(Session session, Transcript transcript) {
    try (var running = session.begin(transcript)) {
      running.said(transcript);
    }
  }

  @Test
  @Tag("J01")
  @Tag("J02")
  void aJournalCutAtAnyByteLosesItsLastRecordAtMostAndSaysSo() {
    try (var judge = new Judge()) {
      for (var whole : List.of(journals.finished(), journals.stopped())) {
        for (int length = 0; length <= whole.length; length++) {
          journal().write(OrderJournals.cut(whole, length));
          opensCutAt(length, judge);
        }
      }
    }
  }

  private void opensCutAt(int length, Judge judge) {
    var records = journal().records();
    boolean isTorn = journal().isTorn();
    Transcript said;
    try (var session = open()) {
      assertThat(session.repairs()).as("repairs, cut at %s", length).hasSize(isTorn ? 1 : 0);
      assertThat(session.transcript().json().text())
          .as("transcript, cut at %s", length)
          .isEqualTo(messages(records));
      said = session.plus(NEXT);
      World.assertPaired(said);
      keep(session, said);
    }
    if (length % JUDGED == 0) {
      judge.accepts(said);
    }
    try (var session = open()) {
      assertThat(session.transcript()).as("said after a cut at %s", length).isEqualTo(said);
      assertThat(session.repairs()).as("the loss is still known").hasSize(isTorn ? 1 : 0);
    }
  }

  /** The messages in records none of which is missing. */
  private static String messages(List<String> records) {
    var messages = new ArrayList<RawJson>();
    for (var record : records) {
      if (record.startsWith("{\"type\":\"messages\"")) {
        int from = RawJson.parse(record).node().path("from").asInt();
        messages.subList(from, messages.size()).clear();
        messages.addAll(RawJson.parse(record).member("messages").elements());
      }
    }
    return RawJson.array(messages).text();
  }

  @Test
  @Tag("J03")
  void aChangedByteHidesNoMoreThanItsRecordAndIsReported() {
    try (var judge = new Judge()) {
      for (var whole : List.of(journals.finished(), journals.stopped())) {
        var original = Transcript.load(originalMessages(whole)).transcript();
        for (int at = 0; at < whole.length; at++) {
          for (int i = 0; i < MASKS_PER_BYTE; i++) {
            int mask = MASKS[(at + i) % MASKS.length];
            var damaged = whole.clone();
            damaged[at] ^= (byte) mask;
            journal().write(damaged);
            opensDamaged(original, "byte %d ^ %x".formatted(at, mask), at % JUDGED == 0, judge);
          }
        }
      }
    }
  }

  private String originalMessages(byte[] whole) {
    return messages(journal().write(whole).records());
  }

  private void opensDamaged(Transcript original, String damage, boolean isJudged, Judge judge) {
    try (var session = open()) {
      assertThat(session.repairs()).as(damage).isNotEmpty();
      isPartOf(original, session, damage);
      for (var use : session.transcript().pending()) {
        if (!use.id().equals("toolu_lock") && Shop.ONCE.contains(use.id())) {
          assertThat(wouldRun(session, use)).as("%s: %s runs again", damage, use.id()).isFalse();
        }
      }
      var said = session.plus(NEXT);
      World.assertPaired(said);
      if (isJudged) {
        judge.accepts(said);
      }
    }
  }

  /** Whether a run of the session would run a call of which it is not known that it may. */
  private static boolean wouldRun(Session session, ToolUse use) {
    try (var running = session.begin(session.transcript())) {
      return running.known(use).isEmpty();
    }
  }

  /** What was not said as it stands there is reported as repaired, message for message. */
  private static void isPartOf(Transcript original, Session session, String damage) {
    int last = -1;
    for (var message : session.transcript().messages()) {
      int at = original.messages().indexOf(message);
      if (at < 0) {
        assertThat(session.repairs()).as(damage).anyMatch(r -> r.contains("was repaired at"));
      } else {
        assertThat(at).as(damage + ": the order of what was said").isGreaterThan(last);
        last = at;
      }
    }
  }

  @Test
  @Tag("H10")
  @Tag("J03")
  void aRecordThatIsGoneIsReportedAndTheRestCanBeSent() {
    try (var judge = new Judge()) {
      for (var whole : List.of(journals.finished(), journals.stopped())) {
        var original = Transcript.load(originalMessages(whole)).transcript();
        int records = journal().write(whole).lines().size();
        // That the last one was there cannot be seen, as if the process had stopped before it.
        for (int gone = 0; gone < records - 1; gone++) {
          var kept = new ArrayList<>(journal().write(whole).lines());
          kept.remove(gone);
          journal().write(joined(kept));
          opensDamaged(original, "without record " + (gone + 1), true, judge);
        }
      }
    }
  }

  private static byte[] joined(List<byte[]> lines) {
    var bytes = new ByteArrayOutputStream();
    lines.forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  @Test
  @Tag("J01")
  @Tag("G15")
  void aCallWhoseTornRecordWasSeenOnceStaysInDoubt() {
    var whole = journals.stopped();
    for (int torn = 1; torn < journal().write(whole).lines().getLast().length; torn++) {
      journal().write(OrderJournals.cut(whole, whole.length - torn));
      open().close();
      try (var session = open()) {
        var ship = session.transcript().pending().get(3);
        assertThat(ship.id()).isEqualTo("toolu_ship");
        assertThat(wouldRun(session, ship)).as("it runs again, %s bytes torn", torn).isFalse();
      }
    }
  }

  @Test
  @Tag("J03")
  void randomDamageNeverKeepsASessionFromGoingOn() {
    System.out.printf("damage.seed=%d%n", SEED);
    for (int i = 0; i < RANDOM_DAMAGES; i++) {
      var random = new Random(SEED + i);
      journal()
          .write(damaged(random.nextBoolean() ? journals.finished() : journals.stopped(), random));
      try {
        Transcript said;
        try (var session = open()) {
          said = session.plus(NEXT);
          World.assertPaired(said);
          keep(session, said);
        }
        try (var session = open()) {
          assertThat(session.transcript()).isEqualTo(said);
        }
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("damage.seed=" + (SEED + i), e);
      }
    }
  }

  /** Lines lost, doubled and swapped, and bytes put anywhere. */
  private byte[] damaged(byte[] whole, Random random) {
    var lines = new ArrayList<>(journal().write(whole).lines());
    for (int i = random.nextInt(4); i > 0; i--) {
      var line = lines.remove(random.nextInt(lines.size()));
      for (int copies = random.nextInt(3); copies > 0; copies--) {
        lines.add(random.nextInt(lines.size() + 1), line);
      }
    }
    var bytes = joined(lines);
    for (int i = random.nextInt(4); i > 0; i--) {
      var noise = new byte[random.nextInt(1, 40)];
      random.nextBytes(noise);
      int at = random.nextInt(bytes.length);
      System.arraycopy(noise, 0, bytes, at, Math.min(noise.length, bytes.length - at));
    }
    return bytes;
  }
}
