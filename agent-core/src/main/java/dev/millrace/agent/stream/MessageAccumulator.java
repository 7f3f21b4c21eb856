package dev.millrace.agent.stream;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.stream.StreamEvent.ContentBlockStart;
import dev.millrace.agent.stream.StreamEvent.MessageDelta;
import dev.millrace.agent.stream.StreamEvent.MessageStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message that grows from its stream events. Blocks grow in place and several may be open at a
 * time; nothing is rebuilt per delta. Only after {@code message_stop} is there a {@link
 * #response()}.
 *
 * <p>Not thread-safe, but for what {@link #input} returns.
 */
public final class MessageAccumulator {
  private static final int MAX_BLOCKS = 10_000;
  private static final long MAX_CHARACTERS = 64L * 1024 * 1024;

  private final Map<Integer, GrowingBlock> blocks = new TreeMap<>();
  private final ObjectNode envelope = JsonNodeFactory.instance.objectNode();
  private long characters;
  private boolean started;
  private boolean complete;

  /**
   * Takes the next event.
   *
   * @throws StreamException when it does not fit what came before
   */
  public void add(StreamEvent event) {
    switch (event) {
      case MessageStart start -> start(start);
      case ContentBlockStart start -> startBlock(start);
      case StreamEvent.Delta delta -> grow(delta);
      case StreamEvent.ContentBlockStop stop -> block(stop.index(), event).close();
      case MessageDelta delta -> overwrite(delta);
      case StreamEvent.MessageStop stop -> complete = true;
      case StreamEvent.Error error ->
          throw new StreamException(
              "the stream ended with an error event, "
                  + error.errorType()
                  + ": "
                  + error.message());
      case StreamEvent.Ping ping -> {}
      case StreamEvent.Unknown unknown -> {}
    }
  }

  private void start(MessageStart start) {
    if (started && !start.id().equals(text("id"))) {
      throw new StreamException(
          "a second message_start, of message \""
              + start.id()
              + "\", came while message \""
              + text("id")
              + "\" was being streamed");
    }
    if (!started && start.message().node() instanceof ObjectNode message) {
      message.remove("content");
      envelope.setAll(message);
    }
    started = true;
  }

  private void startBlock(ContentBlockStart start) {
    var before = blocks.get(start.index());
    if (before != null) {
      before.startAgain(start.block());
      return;
    }
    if (blocks.size() == MAX_BLOCKS) {
      throw new StreamException("a message of more than " + MAX_BLOCKS + " blocks was given up");
    }
    blocks.put(start.index(), new GrowingBlock(start.index(), start.block()));
    if (start.block().type().equals("fallback")) {
      var to = start.block().json().node().path("to").path("model");
      envelope.put("model", to.asString(text("model")));
    }
  }

  private void grow(StreamEvent.Delta delta) {
    characters += block(delta.index(), delta).grow(delta);
    if (characters > MAX_CHARACTERS) {
      throw new StreamException(
          "a message of more than " + MAX_CHARACTERS + " characters was given up");
    }
  }

  private GrowingBlock block(int index, StreamEvent event) {
    var block = blocks.get(index);
    if (block == null) {
      throw new StreamException(
          "a " + event.type() + " came for block " + index + ", which was never started");
    }
    return block;
  }

  /**
   * Later totals replace earlier ones and are never added; a missing or null count says nothing.
   */
  private void overwrite(MessageDelta event) {
    if (event.delta().node() instanceof ObjectNode delta) {
      if (delta.path("container").isNull()) {
        delta.remove("container");
      }
      envelope.setAll(delta);
    }
    if (event.usage().node() instanceof ObjectNode totals) {
      var usage = envelope.withObject("usage");
      totals.properties().stream()
          .filter(total -> !total.getValue().isNull())
          .forEach(total -> usage.set(total.getKey(), total.getValue()));
    }
    if (event.json().node() instanceof ObjectNode whole) {
      whole.remove(List.of("type", "delta", "usage"));
      envelope.setAll(whole);
    }
  }

  /** Whether {@code message_stop} was seen. */
  public boolean isComplete() {
    return complete;
  }

  /** The tokens reported so far; also of a message that breaks off, since it is billed. */
  public Usage usage() {
    return Usage.of(envelope.path("usage"));
  }

  /** The block at an index as it started, empty when none did. */
  public Optional<ContentBlock> started(int index) {
    return Optional.ofNullable(blocks.get(index)).map(GrowingBlock::start);
  }

  /** The growing input of the tool use at an index, null for a block of another kind. */
  public @Nullable PartialJson input(int index) {
    var block = blocks.get(index);
    return block == null ? null : block.input();
  }

  /**
   * The whole message.
   *
   * @throws IllegalStateException before {@code message_stop}
   */
  public MessageResponse response() {
    if (!complete) {
      throw new IllegalStateException("message_stop was not seen");
    }
    var content = new ArrayList<ContentBlock>();
    blocks.values().forEach(block -> content.add(block.finished()));
    var stopReason = text("stop_reason");
    return new MessageResponse(
        text("id"),
        text("model"),
        content,
        stopReason.isEmpty() ? StopReason.NONE : new StopReason(stopReason),
        text("stop_sequence"),
        usage(),
        RawJson.of(envelope));
  }

  private String text(String member) {
    JsonNode node = envelope.path(member);
    return node.isString() ? node.asString() : "";
  }
}
