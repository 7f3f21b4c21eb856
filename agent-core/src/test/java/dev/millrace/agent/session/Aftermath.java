package dev.millrace.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with what a process that died has left, and checks that nothing happens twice and that
 * the model is told the truth.
 */
final class Aftermath {
  private final FileSessionStore store;
  private final Effects effects;
  private final String moment;
  private final Set<String> intents = new TreeSet<>();
  private final Set<String> results = new TreeSet<>();
  private final Map<String, Integer> effectsBefore = new HashMap<>();
  private final boolean isTorn;
  private Set<String> pending = Set.of();
  private Transcript transcript = Transcript.EMPTY;

  Aftermath(Scene scene) {
    this.store = scene.store();
    this.effects = scene.effects();
    var journal = scene.journal(Shop.SESSION);
    this.isTorn = journal.isTorn();
    this.moment = moment(journal.records());
    for (var id : ids()) {
      effectsBefore.put(id, effects.of(id).size());
      if (journal.hasIntent(id)) {
        intents.add(id);
      }
      if (journal.hasResult(id)) {
        results.add(id);
      }
    }
  }

  private static List<String> ids() {
    return Stream.of(Shop.ONCE, Shop.REPEATABLE).flatMap(List::stream).toList();
  }

  /** Whether the process died before it had begun, somewhere in its run, or after its end. */
  String moment() {
    return moment;
  }

  private static String moment(List<String> records) {
    if (records.isEmpty()) {
      return "before";
    }
    return records.getLast().contains("Done.") ? "after" : "midway";
  }

  /** Runs the session again from where it stopped: what never began is run now. */
  void isResumed(MessagesClient client) {
    goOn(client, null);
    for (var id : Shop.ONCE) {
      if (!isUnknown(id) && !(isTorn && pending.contains(id))) {
        assertThat(effects.of(id)).as("effects of %s, resumed", id).hasSize(1);
        assertThat(told(id)).as("told of %s", id).isEqualTo("done");
      }
    }
    if (!isTorn) {
      Shop.REPEATABLE.forEach(id -> assertThat(told(id)).as("told of " + id).isEqualTo("done"));
    }
  }

  /** Goes on with a new message: what never began is not run any more. */
  void isOvertakenByANewMessage(MessagesClient client) {
    goOn(client, Message.user("How far are you?"));
    for (var id : ids()) {
      if (results.contains(id)) {
        assertThat(told(id)).as("told of %s, which had ended", id).isEqualTo("done");
      } else if (pending.contains(id) && !intents.contains(id) && !isTorn) {
        assertThat(told(id)).as("told of %s, which never began", id).startsWith("Not run: ");
        assertThat(effects.of(id)).hasSize(effectsBefore.getOrDefault(id, 0));
      } else if (pending.contains(id)) {
        assertThat(told(id)).as("told of %s, which had begun", id).startsWith("Not known whether");
      }
    }
  }

  private void goOn(MessagesClient client, @Nullable Message message) {
    try (var session = Session.open(store, Shop.SESSION)) {
      assertThat(session.repairs()).as("repairs").hasSize(isTorn ? 1 : 0);
      pending =
          session.transcript().pending().stream().map(ToolUse::id).collect(Collectors.toSet());
      var next = message == null ? session.transcript() : session.plus(message);
      if (next.isEmpty()) {
        next = session.plus(Shop.ORDER);
      }
      if (message != null || !isFinished(next)) {
        var result = new Shop(effects, 0).run(client, session, next);
        assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      }
      transcript = session.transcript();
    }
    requireTheTruth();
    try (var session = Session.open(store, Shop.SESSION)) {
      assertThat(session.transcript()).as("read again").isEqualTo(transcript);
    }
  }

  private static boolean isFinished(Transcript transcript) {
    return transcript.pending().isEmpty() && transcript.last().orElseThrow().text().equals("Done.");
  }

  private void requireTheTruth() {
    World.assertPaired(transcript);
    assertThat(transcript.last().orElseThrow().text()).isEqualTo("Done.");
    for (var id : ids()) {
      assertThat(effects.of(id))
          .as("keys of %s", id)
          .allMatch(key -> key.equals(Shop.SESSION + "/" + id));
    }
    for (var id : Shop.ONCE) {
      assertThat(effects.of(id)).as("effects of %s", id).hasSizeLessThanOrEqualTo(1);
      if (isUnknown(id)) {
        assertThat(told(id)).as("told of %s", id).startsWith("Not known whether");
        assertThat(effects.of(id))
            .as("effects of %s", id)
            .hasSize(effectsBefore.getOrDefault(id, 0));
      }
    }
  }

  private boolean isUnknown(String id) {
    return intents.contains(id) && !results.contains(id);
  }

  private String told(String id) {
    return told(transcript, id);
  }

  /** What the model was told of a call; empty when it was told nothing. */
  static String told(Transcript transcript, String toolUseId) {
    return transcript.messages().stream()
        .flatMap(message -> message.toolResults().stream())
        .filter(result -> result.toolUseId().equals(toolUseId))
        .map(ToolResult::text)
        .collect(Collectors.joining("\n"));
  }
}
