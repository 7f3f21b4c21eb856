package dev.millrace.agent.failures;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.laws.CanaryWatch;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The key is in no log, exception, event, file, child process or command line, whatever goes wrong.
 * {@link World} watches for it in every other test of failures.
 */
class CanaryTest {
  record Nothing() {}

  @TempDir private Path folder;

  static Stream<Reply> troubles() {
    var key = World.KEY;
    return Stream.of(
        Reply.error(400, "invalid_request_error", "echo " + key),
        Reply.error(401, "authentication_error", "bad key " + key),
        Reply.error(413, "request_too_large", key),
        Reply.error(429, "rate_limit_error", key),
        Reply.error(529, "overloaded_error", key),
        Reply.status(500, "text/plain", "x-api-key: " + key),
        Reply.status(200, "text/html", "<html>" + key),
        Reply.status(307, "text/plain", "").header("location", "http://127.0.0.1:9/?" + key),
        Reply.says("Hm.").errorEventAfter(2, "api_error", "key " + key),
        Reply.says("Hm.").header("request-id", key).cutAfterEvent(2, Cut.RST),
        Reply.says("Hm.").cutAfterEvent(3, Cut.FIN));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  @SuppressWarnings("ObjectToString") // what is printed for want of better tells nothing either
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the process list is read from /proc")
  void theKeyIsNowhere(Reply trouble) throws IOException {
    try (var canary = new CanaryWatch(World.KEY);
        var server =
            MessagesServer.start(Script.of(Reply.calls("toolu_1", "spawn", "{}"), trouble));
        var client =
            HttpMessagesClient.builder()
                .apiKey(World.KEY)
                .baseUri(server.baseUri())
                .retryPolicy(RetryPolicy.NONE)
                .build();
        var session = Session.open(FileSessionStore.in(folder), "canary")) {
      var runner = AgentRunner.builder(client, "claude-opus-5-5").tools(spawning(canary)).build();
      var events = new StringBuilder();
      RunListener listener = event -> events.append(event);
      var options = RunOptions.DEFAULT.session(session);
      try {
        var result = runner.run(session.plus(Message.user("Go.")), listener, options);
        throw new AssertionError("should have failed, but ended " + result.outcome());
      } catch (RunFailedException e) {
        canary.look(e);
        canary.look("the transcript", e.transcript().json().text());
      }
      canary.look("an event", events.toString());
      canary.look("a printed object", client + " " + runner + " " + session + " " + options);
      look(canary);
    }
  }

  /** A tool that starts a process: what does it see? */
  private static Tool spawning(CanaryWatch canary) {
    return Tool.of(
        "spawn",
        "Starts a process.",
        Nothing.class,
        (nothing, context) -> {
          canary.look("the context", context + " " + context.attributes());
          var child = new ProcessBuilder("env").start();
          canary.look(
              "a child's environment",
              new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
          return "exit " + child.waitFor();
        });
  }

  private void look(CanaryWatch canary) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        canary.look(file.toString(), Files.readString(file));
      }
    }
    canary.look("our command line", Files.readString(Path.of("/proc/self/cmdline")));
    canary.look("our environment", Files.readString(Path.of("/proc/self/environ")));
  }
}
