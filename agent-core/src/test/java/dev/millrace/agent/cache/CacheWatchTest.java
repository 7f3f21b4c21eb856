package dev.millrace.agent.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheWatchTest {
  @TempDir private Path folder;

  private final List<CacheMiss> misses = new ArrayList<>();
  private final CacheWatch watch = new CacheWatch(misses::add);

  /** Two runs of one session, by runners that are made in these ways. */
  private void run(
      int read,
      UnaryOperator<AgentRunner.Builder> first,
      UnaryOperator<AgentRunner.Builder> second) {
    try (var server =
            MessagesServer.start(request ->
                Reply.says("Hello.").usage(10, 1, 100, request.number() == 1 ? 0 : read));
        var client = HttpMessagesClient.builder().baseUri(server.baseUri()).apiKey("k").build()) {
      for (var set : List.of(first, second)) {
        var runner = set.apply(AgentRunner.builder(client, "m").observer(watch)).build();
        try (var session = Session.open(FileSessionStore.in(folder), "s")) {
          runner.run(
              session.transcript().plus(Message.user("Hi")),
              RunListener.NONE,
              RunOptions.DEFAULT.session(session));
        }
      }
    }
  }

  private static Tool tool(String name, String description) {
    return Tool.of(name, description, Input.class, input -> "");
  }

  record Input() {}

  @Test
  void aConversationThatGoesOnMissesNothing() {
    run(100, b -> b.system("Be brief."), b -> b.system("Be brief."));
    assertThat(misses).isEmpty();
  }

  @Test
  void namesTheToolThatChanged() {
    run(
        0,
        b -> b.tools(tool("a", "first"), tool("b", "second")),
        b -> b.tools(tool("a", "first"), tool("b", "other")));
    assertThat(misses).hasSize(1);
    var miss = misses.getFirst();
    assertThat(miss.pointer()).isEqualTo("/tools/1");
    assertThat(miss.part()).isEqualTo("tools");
    assertThat(miss.sessionId()).isEqualTo("s");
    assertThat(miss)
        .hasToString(
            "turn 1 read 0 of 110 prompt tokens from the cache: tool \"b\" (/tools/1) is not what"
                + " it was in the request before");
  }

  @Test
  void namesTheSystemPrompt() {
    run(0, b -> b.system("It is 12:00."), b -> b.system("It is 12:01."));
    assertThat(misses).extracting(CacheMiss::pointer).containsExactly("/system/0");
  }

  @Test
  void saysWhenNothingHasChanged() {
    run(0, b -> b, b -> b);
    assertThat(misses).hasSize(1);
    assertThat(misses.getFirst().isChange()).isFalse();
    assertThat(misses.getFirst().part()).isEqualTo("nothing");
  }

  @Test
  void breakpointsAreNoChange() {
    run(100, b -> b.tools(tool("a", "first")), b -> b.tools(tool("a", "first")).withoutCaching());
    assertThat(misses).isEmpty();
  }
}
