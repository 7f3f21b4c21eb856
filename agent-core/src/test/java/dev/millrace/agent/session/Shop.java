package dev.millrace.agent.session;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.net.URI;
import java.util.List;

/**
 * An agent that takes an order: five calls in one message, one more in the next, and done. The
 * model answers by what the request holds, so that it goes on with whatever a crash has left.
 */
final class Shop {
  static final String SESSION = "order-7";
  static final Message ORDER = Message.user("One of number 7, please.");

  /** The calls whose tools must not run twice. */
  static final List<String> ONCE = List.of("toolu_pay", "toolu_ship", "toolu_lock", "toolu_bill");

  /** The calls whose tools may be run again. */
  static final List<String> REPEATABLE = List.of("toolu_set", "toolu_look");

  private final Effects effects;
  private final long millisPerCall;

  Shop(Effects effects, long millisPerCall) {
    this.effects = effects;
    this.millisPerCall = millisPerCall;
  }

  static Reply answer(RecordedRequest request) {
    return switch (request.turn()) {
      case 1 ->
          Reply.says("I see to it.")
              .calls("toolu_look", "look", "{\"order\":7}")
              .calls("toolu_pay", "pay", "{\"order\":7}")
              .calls("toolu_set", "set", "{\"order\":7}")
              .calls("toolu_ship", "ship", "{\"order\":7}")
              .calls("toolu_lock", "lock", "{\"order\":7}");
      case 2 -> Reply.calls("toolu_bill", "pay", "{\"order\":8}");
      default -> Reply.says("Done.");
    };
  }

  record Order(int order) {}

  private Tool tool(String name, ToolTraits traits) {
    return Tool.of(
            name,
            "Does its part of an order.",
            Order.class,
            (order, context) -> {
              effects.add(context.toolUseId(), context.idempotencyKey());
              Thread.sleep(millisPerCall);
              return "done";
            })
        .with(traits);
  }

  AgentRunner runner(MessagesClient client) {
    return AgentRunner.builder(client, "claude-opus-5-5")
        .tools(
            tool("pay", ToolTraits.DEFAULT),
            tool("ship", ToolTraits.DEFAULT),
            tool("set", ToolTraits.DEFAULT.repeatable()),
            tool("look", ToolTraits.DEFAULT.readOnly()),
            tool("lock", ToolTraits.DEFAULT.exclusive()))
        .build();
  }

  static HttpMessagesClient client(URI server) {
    return HttpMessagesClient.builder()
        .apiKey("key")
        .baseUri(server)
        .retryPolicy(RetryPolicy.NONE)
        .build();
  }

  /** Runs what a session holds, or this, to the end. */
  RunResult run(URI server, Session session, Transcript transcript) {
    try (var client = client(server)) {
      return run(client, session, transcript);
    }
  }

  RunResult run(MessagesClient client, Session session, Transcript transcript) {
    return runner(client).run(transcript, RunListener.NONE, RunOptions.DEFAULT.session(session));
  }
}
