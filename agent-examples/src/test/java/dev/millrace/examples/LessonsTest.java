package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Each example runs without a key and says what it should. */
class LessonsTest {
  @TempDir Path directory;

  @Test
  void helloAgentAsksItsToolAndAnswers() throws Exception {
    var lesson = Lesson.withoutKey(HelloAgent.class).isFine();
    assertThat(lesson.out())
        .isEqualTo("Let me look. It rains at 4 degrees, so take a warm coat and an umbrella.\n");
    assertThat(lesson.err()).hasLineCount(1).contains("a script answers");
  }

  @Test
  void customToolTellsFailsAndIsAskedAgain() throws Exception {
    assertThat(Lesson.withoutKey(CustomTool.class).isFine().out())
        .isEqualTo(
            """
            calls next_prime {"after":370261,"within":100}
            no prime up to 370311
            no prime up to 370361
            failed
            calls next_prime {"after":370261,"within":200}
            no prime up to 370311
            no prime up to 370361
            done
            The next prime after 370261 is 370373: a gap of 112.
            """);
  }

  @Test
  void approvalPausesIsSavedLoadedAndGoesOn() throws Exception {
    var out = Lesson.withoutKey(Approval.class).isFine().out();
    assertThat(out)
        .startsWith("I will tell her. \nPaused; the transcript is in ")
        .contains("Run send_mail {\"to\":\"ada@example.com\",")
        .endsWith("That is settled.\nCOMPLETED\n");
  }

  @Test
  void helloAgentRunsTheReadmesProgramWhenItHasAnAddress() throws Exception {
    var script =
        Script.of()
            .expectUserText("What should I wear in Oslo?")
            .then(Reply.calls("get_weather", "{\"city\": \"Oslo\"}"))
            .expectToolResult("get_weather", result -> result.text().contains("rain"))
            .then(Reply.says("A coat."));
    try (var server = MessagesServer.start(script)) {
      assertThat(Lesson.against(server, HelloAgent.class).isFine().out()).isEqualTo("A coat.\n");
      server.verify();
    }
  }

  @Test
  void pullEventsStoresAndStopsWhenItHasReadEnough() throws Exception {
    assertThat(Lesson.withoutKey(PullEvents.class).isFine().out())
        .matches(
            """
            I roll. (\\[roll_die /sides])*
            using roll_die
            It is a four.
            stored Transcript of 4 messages
            (Once upon a time ){3}Once upon .*
            CANCELLED after \\d+ characters

            stored Transcript of 5 messages
            """);
  }

  @Test
  void surviveCrashDiesInACallAndNeverMakesItAgain() throws Exception {
    var first = Lesson.withoutKey(SurviveCrash.class, directory.toString());
    assertThat(first.exitCode()).isEqualTo(137);
    assertThat(first.out()).isEqualTo("charged 30 dollars, and the power goes\n");
    assertThat(Lesson.withoutKey(SurviveCrash.class, directory.toString()).isFine().out())
        .isEqualTo(
            "I do not know whether that worked. The charges are: 30. It had worked, so I leave it"
                + " at that.\n");
    assertThat(directory.resolve("charges.txt")).hasContent("30");
  }

  @Test
  void replayPrintsTheMessageOfItsOwnRecording() throws Exception {
    assertThat(Lesson.withoutKey(Replay.class).isFine().out())
        .contains("claude-opus-5-5, msg_replay")
        .contains("I will look at the mill first.")
        .contains("\"input\":{\"path\":\"docs/mill.md\",\"max_lines\":40}")
        .contains("stop_reason tool_use");
  }

  @Test
  void replayRefusesARecordingThatIsCutOff() throws Exception {
    var file =
        Files.writeString(
            directory.resolve("cut.sse"), "event: ping\ndata: {\"type\":\"ping\"}\n\n");
    var lesson = Lesson.withoutKey(Replay.class, file.toString());
    assertThat(lesson.exitCode()).isEqualTo(4);
    assertThat(lesson.out()).isEmpty();
    assertThat(lesson.err()).hasLineCount(1).contains("ends before message_stop");
    assertThat(Lesson.withoutKey(Replay.class, directory + "/missing").exitCode()).isEqualTo(4);
  }

  @Test
  @EnabledIfSystemProperty(named = "corpora", matches = ".+")
  void replayReadsRecordingsOfTheApi() throws Exception {
    var folder = Path.of(System.getProperty("corpora"), "recordings/sse");
    try (var files = Files.newDirectoryStream(folder, "*.sse")) {
      var file = files.iterator().next();
      assertThat(Lesson.withoutKey(Replay.class, file.toString()).isFine().out())
          .contains("stop_reason ");
    }
  }
}
