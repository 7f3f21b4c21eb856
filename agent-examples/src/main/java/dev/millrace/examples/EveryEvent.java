package dev.millrace.examples;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.client.StreamListener;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * One streamed message without the loop: every event of the wire, as it comes. A tool is offered,
 * but nobody runs it. The arguments are the prompt. Ends with 0 when {@code message_stop} was seen,
 * and otherwise with 4 and a line on standard error.
 */
public final class EveryEvent implements StreamListener {
  private static final RawJson WEATHER =
      RawJson.parse(
          """
          {"name": "get_weather", "description": "Current weather in a city.",
           "input_schema": {"type": "object",
             "properties": {"city": {"type": "string", "description": "City, e.g. Oslo"}},
             "required": ["city"], "additionalProperties": false}}\
          """);
  private static final Script WITHOUT_KEY =
      Script.of(
          Reply.thinks("Oslo: ", "the tool knows.")
              .says("I will ", "look it up.")
              .ping()
              .calls("get_weather", "{\"city\": \"Oslo\"}"));

  private final PrintStream out;
  private boolean isInLine;
  private int block;
  private int pings;
  private boolean isComplete;

  private EveryEvent(PrintStream out) {
    this.out = out;
  }

  /** Asks, and ends the process. */
  public static void main(String[] args) {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    var prompt = String.join(" ", args);
    System.exit(new EveryEvent(out).ask(prompt.isBlank() ? "What should I wear in Oslo?" : prompt));
  }

  private int ask(String prompt) {
    var reason = "the stream ended";
    try (var endpoint = Endpoint.fromEnvironment(WITHOUT_KEY)) {
      var request =
          MessageRequest.to(endpoint.model(), 4_096)
              .tools(List.of(WEATHER))
              .build(List.of(Message.user(prompt)));
      endpoint.client().stream(request, CancelSignal.NEVER, this);
    } catch (RuntimeException e) {
      reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
    if (isComplete) {
      return 0;
    }
    endLine();
    System.err.println("No message_stop: " + reason.replaceAll("\\p{Cntrl}+", " "));
    return 4;
  }

  @Override
  public void on(StreamEvent event) {
    switch (event) {
      case StreamEvent.MessageStart start -> line("message_start", start.model());
      case StreamEvent.ContentBlockStart start -> startBlock(start);
      case StreamEvent.TextDelta delta -> piece(delta.index(), delta.text());
      case StreamEvent.ThinkingDelta delta -> piece(delta.index(), delta.thinking());
      case StreamEvent.InputJsonDelta delta -> piece(delta.index(), delta.partialJson());
      case StreamEvent.SignatureDelta delta ->
          line("signature_delta", delta.signature().length() + " characters");
      case StreamEvent.CitationsDelta delta -> line("citations_delta", delta.citation().text());
      case StreamEvent.UnknownDelta delta -> line(delta.deltaType(), delta.delta().text());
      case StreamEvent.ContentBlockStop stop -> line("content_block_stop", "" + stop.index());
      case StreamEvent.MessageDelta delta -> endOfMessage(delta);
      case StreamEvent.MessageStop stop -> stop();
      case StreamEvent.Ping ping -> pings++;
      // The client throws errors; only who reads a recording meets one here.
      case StreamEvent.Error error -> line("error", error.errorType() + " " + error.message());
      case StreamEvent.Unknown unknown -> line(unknown.type(), unknown.json().text());
    }
  }

  /** Some servers send the whole block in its start. */
  private void startBlock(StreamEvent.ContentBlockStart start) {
    var json = start.block().json().node();
    var name = json.path("name").asString("");
    line("content_block_start", (start.index() + " " + start.block().type() + " " + name).strip());
    block = start.index();
    piece(block, json.path("text").asString(""));
    piece(block, json.path("thinking").asString(""));
    piece(block, json.path("input").isEmpty() ? "" : json.path("input").toString());
  }

  private void endOfMessage(StreamEvent.MessageDelta delta) {
    var reason = delta.delta().node().path("stop_reason");
    var tokens = delta.usage().node().path("output_tokens");
    line(
        "message_delta",
        (reason.isString() ? "stop_reason " + reason.asString() : "no stop_reason")
            + (tokens.isNumber() ? ", " + tokens + " output tokens" : ""));
  }

  private void stop() {
    line("message_stop", pings == 0 ? "" : "after " + pings + (pings == 1 ? " ping" : " pings"));
    isComplete = true;
  }

  @Override
  public void onRetry(int attempt, Duration wait, RuntimeException cause) {
    line("asked again", "attempt " + attempt + ": " + cause.getMessage());
  }

  /** Prints the next piece of a block; several blocks may be open at a time. */
  private void piece(int index, String text) {
    if (text.isEmpty()) {
      return;
    }
    if (index != block) {
      line("block", "" + index);
      block = index;
    }
    out.print(text);
    isInLine = !text.endsWith("\n");
  }

  private void line(String name, String detail) {
    endLine();
    out.println((name + " " + detail).strip());
  }

  private void endLine() {
    if (isInLine) {
      out.println();
      isInLine = false;
    }
  }
}
