package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Law 4, append-only: the bytes of a request's prefix are those of the request before. */
class Law04AppendOnlyTest {
  private static final String INPUT = "{\"path\":\"a\"}";

  @Test
  void eachRequestBeginsWithTheBytesOfTheOneBefore() {
    try (var world =
        World.scripted(
            Reply.thinks("First.").calls("write", INPUT).calls("write", INPUT),
            Reply.says("Then. ").calls("write", INPUT),
            Reply.calls("unknown", INPUT),
            Reply.says("Finished."))) {
      world.run(world.runner().system("Be brief."), "Write.");
      assertPrefixes(world.server().requests());
    }
  }

  @Test
  void alsoWhenTheConversationGoesOnAfterALimitACutOrARefusal() {
    try (var world =
        World.scripted(
            Reply.calls("write", INPUT).stops("max_tokens"),
            Reply.says("Half").stops("max_tokens"),
            Reply.says("I would rather not.").stops("refusal"),
            Reply.says("Fine."))) {
      var runner = world.runner().system("Be brief.").build();
      var transcript = Transcript.of("Write.");
      for (int i = 0; i < 3; i++) {
        transcript =
            runner.run(transcript, world.events()::add).transcript().plus(Message.user("Go on."));
      }
      world.server().verify();
      assertPrefixes(world.server().requests());
    }
  }

  @Test
  void theTranscriptGivenIsNotChanged() {
    try (var world = World.scripted(Reply.says("Hello."))) {
      var before = Transcript.of("Hi.");
      var json = before.json();
      var after = world.runner().build().run(before, world.events()::add).transcript();
      assertThat(before.json()).isEqualTo(json);
      assertThat(after.messages().subList(0, 1)).isEqualTo(before.messages());
    }
  }

  private static void assertPrefixes(List<RecordedRequest> requests) {
    assertThat(requests).hasSizeGreaterThan(2);
    for (int i = 1; i < requests.size(); i++) {
      var before = text(requests.get(i - 1));
      // The end of a body closes its array of messages and itself.
      assertThat(before).endsWith("]}");
      assertThat(text(requests.get(i))).startsWith(before.substring(0, before.length() - 2));
    }
  }

  private static String text(RecordedRequest request) {
    return new String(request.bytes(), StandardCharsets.UTF_8);
  }
}
