package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal is read record by record, so that its size does not matter. */
class LargeJournalTest {
  private static final int RECORDS = Integer.getInteger("journal.megabytes", 100);
  private static final String MEGABYTE = "x".repeat(1 << 20);

  @TempDir private Path folder = Path.of("");

  private static byte[] saying(int number, String text) {
    return saying(number, 0, text);
  }

  private static byte[] saying(int number, int from, String text) {
    return new Frame(
            Frame.VERSION,
            number,
            1,
            "{\"type\":\"messages\",\"from\":%d,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(from, text))
        .line();
  }

  private OutputStream journal() throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(folder.resolve("session-s.journal")));
  }

  private List<String> saidByReader(String heap) throws Exception {
    try (var reader = ChildJvm.start(List.of(heap), SessionProcess.class, folder, "s")) {
      reader.endInput();
      reader.exit();
      return reader.said();
    }
  }

  @Test
  @Tag("J13")
  void aJournalFarLargerThanTheHeapOpens() throws Exception {
    try (var journal = journal()) {
      for (int i = 1; i <= RECORDS; i++) {
        journal.write(saying(i, MEGABYTE));
      }
      journal.write(saying(RECORDS + 1, "Short."));
    }
    assertThat(saidByReader("-Xmx32m")).contains("messages 1", "repairs []", "holds");
  }

  @Test
  @Tag("J13")
  void aLineLongerThanAnyRecordIsSkippedAndReported() throws Exception {
    try (var journal = journal()) {
      journal.write(saying(1, "Before."));
    }
    try (var hole =
        FileChannel.open(folder.resolve("session-s.journal"), StandardOpenOption.WRITE)) {
      hole.write(ByteBuffer.wrap(new byte[] {'\n'}), 150L << 20);
      hole.write(ByteBuffer.wrap(saying(2, "After.")), hole.size());
    }
    assertThat(saidByReader("-Xmx256m"))
        .contains("messages 1", "holds")
        .anyMatch(line -> line.startsWith("repairs [a line of 15"));
  }

  @Test
  @Tag("J13")
  void aConversationLargerThanMayBeHeldIsATypedFailure() throws Exception {
    var much = MEGABYTE.repeat(16);
    try (var journal = journal()) {
      for (int i = 0; i <= 16; i++) {
        journal.write(saying(i + 1, i, much));
      }
    }
    assertThat(saidByReader("-Xmx768m"))
        .singleElement()
        .asString()
        .startsWith("TOO_LARGE: session s holds more than 256 million characters");
  }
}
