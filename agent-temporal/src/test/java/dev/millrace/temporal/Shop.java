package dev.millrace.temporal;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An agent that takes an order in five turns, with two calls at the same time in each: one that may
 * be made again, and one that must not.
 */
final class Shop {
  static final int TURNS = 5;
  private static final long MILLIS_PER_CALL = 40;

  private final Path effects;

  /**
   * @param effects to which each call adds a line when it has its effect
   */
  Shop(Path effects) {
    this.effects = effects;
  }

  record Order(String order) {}

  /** The model, which goes on with whatever the conversation holds. */
  static Reply answer(RecordedRequest request) {
    int turn = request.turn();
    if (turn > TURNS) {
      return Reply.says("Done.");
    }
    var input = "{\"order\":\"" + turn + "\"}";
    return Reply.says("Turn " + turn + ".")
        .calls("look_" + turn, "look", input)
        .calls("pay_" + turn, "pay", input);
  }

  AgentRunner runner(URI model) {
    var client = HttpMessagesClient.builder().apiKey("key").baseUri(model).build();
    return AgentRunner.builder(client, "claude-opus-5-5")
        .tools(
            tool("look", "seen").with(ToolTraits.DEFAULT.repeatable()),
            tool("pay", "paid").with(ToolTraits.DEFAULT))
        .build();
  }

  private Tool tool(String name, String answer) {
    return Tool.of(name, "Does its part.", Order.class, (order, context) -> done(context, answer));
  }

  private String done(ToolContext context, String answer) throws InterruptedException {
    Thread.sleep(MILLIS_PER_CALL / 2);
    try {
      Files.writeString(
          effects,
          context.idempotencyKey() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.sleep(MILLIS_PER_CALL / 2);
    return answer;
  }

  /** How often each call had its effect, by its idempotency key. */
  Map<String, Long> effects() throws IOException {
    var lines = Files.exists(effects) ? Files.readAllLines(effects) : List.<String>of();
    return lines.stream().collect(Collectors.groupingBy(line -> line, Collectors.counting()));
  }
}
