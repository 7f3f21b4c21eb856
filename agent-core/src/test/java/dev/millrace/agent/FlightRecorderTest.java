package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.net.URI;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecorderTest {
  record Nothing() {}

  /** Runs an agent with a tool in a JVM of its own. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      var uri = URI.create(args[0]);
      try (var client = HttpMessagesClient.builder().baseUri(uri).apiKey("k").build()) {
        var look = Tool.of("look", "Looks", Nothing.class, nothing -> "seen");
        AgentRunner.builder(client, "any").tools(look).build().run("Hi", RunListener.NONE);
      }
    }
  }

  @Test
  void nothingIsRegisteredWhileNobodyRecords(@TempDir Path folder) throws Exception {
    var script =
        Script.of(Reply.says("I look.").calls("toolu_1", "look", "{}"), Reply.says("Done."));
    try (var server = MessagesServer.start(script)) {
      assertThat(LoadedClasses.of(Main.class, server.baseUri().toString(), folder))
          .contains("dev.millrace.agent.FlightRecorder")
          .doesNotContain("FlightRecorder$Turn")
          .doesNotContain("jdk.jfr.internal.MetadataRepository");
    }
  }

  @Test
  void eachTurnAndEachCallIsAnEvent(@TempDir Path folder) throws Exception {
    var file = folder.resolve("run.jfr");
    var script =
        Script.of(Reply.says("I look.").calls("toolu_jfr", "look", "{}"), Reply.says("Done."));
    try (var recording = new Recording();
        var server = MessagesServer.start(script);
        var client = HttpMessagesClient.builder().baseUri(server.baseUri()).apiKey("k").build()) {
      recording.enable("dev.millrace.Turn");
      recording.enable("dev.millrace.ToolCall");
      recording.start();
      var look = Tool.of("look", "Looks", Nothing.class, nothing -> "seen");
      AgentRunner.builder(client, "model-of-flight")
          .tools(look)
          .build()
          .run("Hi", RunListener.NONE);
      recording.stop();
      recording.dump(file);
    }
    var events = RecordingFile.readAllEvents(file);
    var turns =
        events.stream()
            .filter(event -> event.getEventType().getName().equals("dev.millrace.Turn"))
            .filter(event -> event.getString("model").equals("model-of-flight"))
            .toList();
    assertThat(turns).extracting(turn -> turn.getInt("number")).containsExactly(1, 2);
    assertThat(turns.getFirst().getString("stopReason")).isEqualTo("tool_use");
    assertThat(turns.getFirst().getDuration("firstToken")).isPositive();
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("dev.millrace.ToolCall"))
        .filteredOn(event -> event.getString("toolUseId").equals("toolu_jfr"))
        .singleElement()
        .satisfies(call -> assertThat(call.getBoolean("isError")).isFalse());
  }
}
