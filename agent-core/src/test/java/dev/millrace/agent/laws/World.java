package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Responder;
import dev.millrace.testkit.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A served model, a client of it, what was told and which tools ran. A key that is seen anywhere
 * but in the request fails whatever test was at work.
 */
public final class World implements AutoCloseable {
  /** A key that must never be seen anywhere but in the request's header. */
  public static final String KEY = "sk-ant-canary-0123456789";

  private static final RetryPolicy AT_ONCE =
      RetryPolicy.DEFAULT.withWaits(Duration.ZERO, Duration.ZERO);

  private final MessagesServer server;
  private final HttpMessagesClient client;
  private final List<AgentEvent> events = new CopyOnWriteArrayList<>();
  private final List<String> ran = new CopyOnWriteArrayList<>();
  private final CanaryWatch canary = new CanaryWatch(KEY);

  private World(MessagesServer server, RetryPolicy retryPolicy) {
    this.server = server;
    this.client =
        HttpMessagesClient.builder()
            .apiKey(KEY)
            .baseUri(server.baseUri())
            .retryPolicy(retryPolicy)
            .build();
  }

  public static World scripted(Reply... replies) {
    return new World(MessagesServer.start(Script.of(replies)), RetryPolicy.NONE);
  }

  public static World answering(Responder responder) {
    return new World(MessagesServer.start(responder), RetryPolicy.NONE);
  }

  /** One whose client asks again, as it does by default, but at once. */
  public static World recovering(Reply... replies) {
    return new World(MessagesServer.start(Script.of(replies)), AT_ONCE);
  }

  /** As {@link #recovering(Reply...)}. */
  public static World recovering(Responder responder) {
    return new World(MessagesServer.start(responder), AT_ONCE);
  }

  public MessagesServer server() {
    return server;
  }

  public List<AgentEvent> events() {
    return events;
  }

  /** What the recording tools were called with, in the order of the calls. */
  public List<String> ran() {
    return ran;
  }

  public AgentRunner.Builder runner() {
    return AgentRunner.builder(client, "claude-opus-5-5").tools(tool("write", "path"));
  }

  /** A tool with one required string that records that it ran. */
  public Tool tool(String name, String required) {
    return tool(name, required, (input, context) -> ToolOutput.text("done"));
  }

  public Tool tool(String name, String required, Body body) {
    return new RecordingTool(name, required, body, ran);
  }

  public RunResult run(AgentRunner.Builder runner, String prompt) {
    var result = runner.build().run(prompt, events::add);
    canary.look("a result", result.toString() + result.transcript().json());
    return result;
  }

  /** The end of a run that must fail. */
  public RunFailedException failure(AgentRunner.Builder runner, String prompt) {
    try {
      var result = run(runner, prompt);
      throw new AssertionError("the run should have failed, but ended " + result.outcome());
    } catch (RunFailedException e) {
      canary.look(e);
      canary.look("a failed run's transcript", e.transcript().json().text());
      return e;
    }
  }

  public <T extends AgentEvent> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The results in the last message of a transcript. */
  public static List<ToolResult> lastResults(Transcript transcript) {
    return transcript.messages().stream()
        .filter(message -> !message.toolResults().isEmpty())
        .reduce((first, second) -> second)
        .map(Message::toolResults)
        .orElse(List.of());
  }

  /** Law 5: a validating server accepts the transcript with one more user message. */
  public static void assertSendable(Transcript transcript) {
    try (var next = scripted(Reply.says("Fine."))) {
      var result =
          next.runner().build().run(transcript.plus(Message.user("Go on.")), RunListener.NONE);
      assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
      next.server().verify();
    }
    assertPaired(transcript);
  }

  /** Law 2: each call is answered once, in the very next message, before anything else. */
  public static void assertPaired(Transcript transcript) {
    var messages = transcript.messages();
    for (int i = 0; i < messages.size() - 1; i++) {
      var calls = messages.get(i).toolUses().stream().map(use -> use.id()).toList();
      var next = messages.get(i + 1);
      var results = next.toolResults().stream().map(ToolResult::toolUseId).toList();
      assertThat(results).as("results in message %s", i + 1).isEqualTo(calls);
      if (!calls.isEmpty()) {
        assertThat(next.role()).isEqualTo(Role.USER);
        assertThat(next.content().subList(0, calls.size())).hasOnlyElementsOfType(ToolResult.class);
      }
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
    canary.look("an event", events.toString());
    canary.close();
  }

  /** What a recording tool does. */
  @FunctionalInterface
  public interface Body {
    @Nullable ToolOutput call(JsonNode input, ToolContext context) throws Exception;
  }

  private record RecordingTool(String name, String required, Body body, List<String> ran)
      implements Tool {
    @Override
    public String description() {
      return "Records that it ran.";
    }

    @Override
    public JsonSchema inputSchema() {
      return JsonSchema.of(
          """
          {"type":"object","properties":{"%1$s":{"type":"string"}},"required":["%1$s"],
           "additionalProperties":false}\
          """
              .formatted(required));
    }

    @Override
    @SuppressWarnings("NullAway") // a tool that breaks its contract is one of the cases
    public ToolOutput call(JsonNode input, ToolContext context) throws Exception {
      ran.add(context.toolUseId() + " " + input);
      return body.call(input, context);
    }
  }
}
