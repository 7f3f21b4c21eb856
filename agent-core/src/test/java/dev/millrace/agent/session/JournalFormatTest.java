package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.SessionException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal looks like, and what of it other versions may change. */
class JournalFormatTest {
  private static final String OPEN = "{\"type\":\"open\",\"session\":\"order-7\"}";
  private static final String HELLO =
      "{\"type\":\"messages\",\"from\":0,\"messages\":[{\"role\":\"user\",\"content\":\"Hello.\"}]}";
  private static final String CALL =
      "{\"type\":\"messages\",\"from\":1,\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":"
          + "\"tool_use\",\"id\":\"toolu_1\",\"name\":\"pay\",\"input\":{}}]}]}";
  private static final String INTENT =
      "{\"type\":\"intent\",\"tool_use_id\":\"toolu_1\",\"name\":\"pay\",\"repeatable\":false}";

  @TempDir private Path folder = Path.of("");

  private JournalFile journal() {
    return new Scene(folder).journal(Shop.SESSION);
  }

  private Session open() {
    return Session.open(new Scene(folder).store(new UnsyncedDisk()), Shop.SESSION);
  }

  private Session opened(String... records) {
    journal().write(JournalFile.written(List.of(records)));
    return open();
  }

  private static String known(Session session, String toolUseId) {
    try (var running = session.begin(session.transcript())) {
      return session.transcript().pending().stream()
          .filter(use -> use.id().equals(toolUseId))
          .flatMap(use -> running.known(use).stream())
          .map(ToolResult::text)
          .findFirst()
          .orElse("");
    }
  }

  @Test
  @Tag("J10")
  @Tag("J14")
  void aJournalOfVersion1IsReadForEver() throws IOException {
    try (var stored = getClass().getResourceAsStream("session-order-7.v1.journal")) {
      journal().write(Objects.requireNonNull(stored).readAllBytes());
    }
    try (var session = open()) {
      assertThat(session.repairs()).isEmpty();
      assertThat(session.transcript().messages().getFirst().text())
          .isEqualTo("Sum of what was said: one of number 7, at 12.50.");
      assertThat(session.transcript().pending().stream().map(ToolUse::id))
          .containsExactly("toolu_look", "toolu_pay", "toolu_cut", "toolu_set", "toolu_lock");
      assertThat(known(session, "toolu_look")).isEqualTo("in stock");
      assertThat(known(session, "toolu_pay")).startsWith("Not known whether");
      assertThat(known(session, "toolu_cut")).isEqualTo("Not run: the input is not JSON.");
      assertThat(known(session, "toolu_set")).as("of one that may be run again").isEmpty();
      assertThat(known(session, "toolu_lock")).as("of one that never began").isEmpty();
    }
  }

  @Test
  @Tag("J10")
  void aJournalOfALaterVersionIsRefusedAndLeftAsItIs() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(JournalFile.written(List.of(OPEN, HELLO)));
    bytes.writeBytes(new Frame(Frame.VERSION + 1, 3, 1, "{\"type\":\"messages\"}").line());
    bytes.writeBytes("v2 4 1 a torn en".getBytes(StandardCharsets.UTF_8));
    journal().write(bytes.toByteArray());
    for (int i = 0; i < 2; i++) {
      var refused = catchThrowableOfType(SessionException.class, this::open);
      assertThat(refused.problem()).isEqualTo(Problem.OTHER_VERSION);
      assertThat(refused).hasMessageContaining("format 2").hasMessageContaining("format 1");
      assertThat(journal().bytes()).isEqualTo(bytes.toByteArray());
    }
  }

  @Test
  @Tag("J10")
  void recordsAndMembersOfLaterVersionsAreSkipped() {
    var hello = HELLO.replace("{\"type\"", "{\"later\":[1,{}],\"type\"");
    var intent = INTENT.replace("}", ",\"later\":null}");
    try (var session =
        opened(OPEN, "{\"type\":\"weather\",\"rain\":true}", hello, CALL, "{}", intent)) {
      assertThat(session.repairs()).isEmpty();
      assertThat(session.transcript().messages()).hasSize(2);
      assertThat(known(session, "toolu_1")).startsWith("Not known whether");
    }
  }

  @Test
  @Tag("J03")
  @Tag("J10")
  void recordsThatMakeNoSenseAreReportedAndSkipped() {
    for (var senseless :
        List.of(
            "",
            "no json",
            "{\"type\":\"open\"",
            "{\"type\":\"messages\"}",
            "{\"type\":\"messages\",\"from\":\"first\",\"messages\":[]}",
            "{\"type\":\"messages\",\"from\":-1,\"messages\":[]}",
            "{\"type\":\"messages\",\"from\":0,\"messages\":7}",
            "{\"type\":\"messages\",\"messages\":[]}",
            "{\"type\":\"intent\"}",
            "{\"type\":\"intent\",\"tool_use_id\":[]}",
            "{\"type\":\"result\",\"result\":7}",
            "{\"type\":\"result\",\"result\":{\"type\":\"text\",\"text\":\"x\"}}")) {
      try (var session = opened(OPEN, HELLO, CALL, senseless)) {
        assertThat(session.repairs()).as(senseless).isNotEmpty();
        assertThat(session.transcript().messages()).as(senseless).hasSize(2);
        assertThat(known(session, "toolu_1")).as(senseless).startsWith("Not known whether");
      }
    }
  }

  @Test
  @Tag("J03")
  void linesThatAreNoneOfOursAreReportedAndSkipped() {
    for (var line :
        List.of(
            "",
            " ",
            "    ",
            "v1",
            "v1 3 1 ",
            "v1 3 1  {}",
            "v1 3 1 00000000",
            "v1 3 1 00000000 {}",
            "v1 3 1 0 {}",
            "v1 99999999999999999999 1 00000000 {}",
            "v 3 1 00000000 {}",
            "\r",
            "a b c d e")) {
      var bytes = new ByteArrayOutputStream();
      bytes.writeBytes(JournalFile.written(List.of(OPEN, HELLO)));
      bytes.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
      journal().write(bytes.toByteArray());
      try (var session = open()) {
        assertThat(session.repairs()).as(line).hasSize(1);
        assertThat(session.transcript().messages()).as(line).hasSize(1);
      }
    }
  }

  @Test
  @Tag("J10")
  void whatIsNoConversationAtAllIsATypedFailure() {
    journal()
        .write(
            JournalFile.written(
                List.of(OPEN, "{\"type\":\"messages\",\"from\":0,\"messages\":[\"Hello.\"]}")));
    var failure = catchThrowableOfType(SessionException.class, this::open);
    assertThat(failure.problem()).isEqualTo(Problem.STORAGE);
    assertThat(failure).hasMessageContaining("order-7");
  }

  @Test
  @Tag("J09")
  void whateverAToolGivesIsOneLine() {
    for (var output :
        List.of(
            "two\nlines",
            "\r\n",
            "\u0000\u0001\u001b[31m",
            "\u0085\u2028\u2029\ufeff",
            "v1 1 1 00000000 {}\nv1 2 1 00000000 {}\n",
            "\"}\n{\"type\":\"open\",\"session\":\"x\"}",
            "\ud83d\ude80 \ud800 \udfff",
            "\\n\\\n\\u000a",
            " ")) {
      var result = ToolResult.of("toolu_1", output);
      Transcript said;
      try (var session = opened(OPEN, HELLO, CALL)) {
        int lines = journal().lines().size();
        said = session.transcript().plus(Message.of(Role.USER, List.of(result)));
        try (var running = session.begin(session.transcript())) {
          running.ends(result);
          running.said(said);
        }
        assertThat(journal().lines()).as(output).hasSize(lines + 2);
        assertThat(journal().records()).as(output).hasSize(lines + 2);
      }
      try (var session = open()) {
        assertThat(session.repairs()).isEmpty();
        assertThat(session.transcript()).isEqualTo(said);
        assertThat(Aftermath.told(session.transcript(), "toolu_1")).isEqualTo(result.text());
      }
    }
  }

  @Test
  @Tag("J14")
  void theTimesInAJournalDecideNothing() {
    var late = OPEN.replace("}", ",\"at\":\"2999-12-31T23:59:60Z\"}");
    var early = OPEN.replace("}", ",\"at\":\"1970-01-01T00:00:00Z\"}");
    var never = OPEN.replace("}", ",\"at\":\"half past nine\"}");
    try (var session = opened(late, HELLO, early, CALL, never, INTENT)) {
      assertThat(session.repairs()).isEmpty();
      assertThat(session.transcript().messages()).hasSize(2);
      assertThat(known(session, "toolu_1")).startsWith("Not known whether");
    }
  }

  @Test
  @Tag("H10")
  void messagesAfterAGapKeepTheirPlaces() {
    var second = "{\"role\":\"user\",\"content\":\"Third.\"}";
    var again = "{\"role\":\"user\",\"content\":\"Third, better.\"}";
    try (var session = opened(OPEN, HELLO, messages(2, second), messages(2, again))) {
      assertThat(session.transcript().json().text())
          .isEqualTo("[{\"role\":\"user\",\"content\":\"Hello.\"}," + again + "]");
      assertThat(session.repairs()).containsExactly("messages 1 to 1 are missing");
      var next = session.plus(Message.user("Fourth."));
      try (var running = session.begin(next)) {
        running.said(next);
      }
    }
    try (var session = open()) {
      assertThat(session.transcript().messages()).hasSize(3);
    }
  }

  private static String messages(int from, String message) {
    return RawJson.parse(
            "{\"type\":\"messages\",\"from\":%d,\"messages\":[%s]}".formatted(from, message))
        .text();
  }
}
