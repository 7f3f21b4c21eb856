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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A message that grows from its stream events. Blocks grow in place and several may be open at a
 * time; nothing is rebuilt per delta. Only after {@code message_stop} is there a {@link
 * #response()}.
 *
 * <p>Not thread-safe, but for what {@link #input} returns.
 */
public final class MessageAccumulator {
  /** The default cap of a message's blocks. */
  public static final int DEFAULT_MAX_BLOCKS = 10_000;

  /** The default cap of all that a message's blocks hold, in characters: 64 Mi. */
  public static final long DEFAULT_MAX_CHARACTERS = 64L * 1024 * 1024;

  private static final RawJson NULL = RawJson.parse("null");
  private static final Set<String> NOT_BESIDE = Set.of("type", "delta", "usage", "content");

  private final int maxBlocks;
  private final long maxCharacters;
  private final Map<Integer, GrowingBlock> blocks = new TreeMap<>();
  private final Map<String, RawJson> envelope = new LinkedHashMap<>();

  /** The block found last, which as a rule is the next one too. */
  private @Nullable GrowingBlock last;

  /** What the envelope says of it, once read; it is asked for several times a turn. */
  private @Nullable Usage usage;

  private long characters;
  private boolean started;
  private boolean complete;
  private @Nullable MessageResponse response;

  /** An empty message with the default caps. */
  public MessageAccumulator() {
    this(DEFAULT_MAX_BLOCKS, DEFAULT_MAX_CHARACTERS);
  }

  /**
   * An empty message with caps of its own.
   *
   * @param maxBlocks how many blocks it may have
   * @param maxCharacters how many characters all that its blocks hold may have
   * @throws IllegalArgumentException when a cap is not positive
   */
  public MessageAccumulator(int maxBlocks, long maxCharacters) {
    if (maxBlocks < 1 || maxCharacters < 1) {
      throw new IllegalArgumentException(
          "caps must be positive, not " + maxBlocks + " and " + maxCharacters);
    }
    this.maxBlocks = maxBlocks;
    this.maxCharacters = maxCharacters;
  }

  /**
   * Takes the next event. What follows {@code message_stop} is not looked at.
   *
   * @throws StreamLimitException when the message grows beyond a cap
   * @throws StreamException when the event does not fit what came before, or is an {@code error}
   */
  public void add(StreamEvent event) {
    if (complete) {
      return;
    }
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
    boolean again = start.id().equals(text("id")) && blocks.isEmpty();
    if (started && !again) {
      throw new StreamException(
          "a second message_start, of message \""
              + start.id()
              + "\", came while message \""
              + text("id")
              + "\" was being streamed");
    }
    if (!started && start.message().isObject()) {
      envelope.putAll(start.message().members());
      envelope.remove("content");
      usage = start.usage();
    }
    started = true;
  }

  private void startBlock(ContentBlockStart start) {
    var before = blocks.get(start.index());
    if (before != null) {
      before.startAgain(start.block());
      return;
    }
    if (blocks.size() == maxBlocks) {
      throw new StreamLimitException("a message", "blocks", "maxBlocks", maxBlocks);
    }
    count(start.block().json().text().length());
    blocks.put(start.index(), new GrowingBlock(start.index(), start.block()));
    if (start.block().type().equals("fallback")) {
      var to = start.block().json().node().path("to").path("model");
      envelope.put("model", RawJson.ofString(to.asString(text("model"))));
    }
  }

  private void grow(StreamEvent.Delta delta) {
    count(block(delta.index(), delta).grow(delta));
  }

  private void count(int added) {
    characters += added;
    if (characters > maxCharacters) {
      throw new StreamLimitException("a message", "characters", "maxCharacters", maxCharacters);
    }
  }

  private @Nullable GrowingBlock find(int index) {
    if (last == null || last.index() != index) {
      last = blocks.get(index);
    }
    return last;
  }

  private GrowingBlock block(int index, StreamEvent event) {
    var block = find(index);
    if (block == null) {
      throw new StreamException(
          "a " + event.type() + " came for block " + index + ", which was never started");
    }
    return block;
  }

  /** A missing member keeps what it was, and null clears it. */
  private void overwrite(MessageDelta event) {
    usage = null;
    if (event.delta().isObject()) {
      var delta = event.delta().members();
      delta.remove("container", NULL);
      envelope.putAll(delta);
    }
    if (event.usage().isObject()) {
      overwrite(event.usage().members());
    }
    if (event.json().isObject()) {
      var beside = event.json().members();
      beside.keySet().removeAll(NOT_BESIDE);
      envelope.putAll(beside);
    }
  }

  /**
   * Later totals replace earlier ones and are never added; a missing or null count says nothing.
   */
  private void overwrite(Map<String, RawJson> totals) {
    var before = envelope.get("usage");
    var merged =
        before != null && before.isObject()
            ? before.members()
            : new LinkedHashMap<String, RawJson>();
    totals.values().removeIf(NULL::equals);
    merged.putAll(totals);
    envelope.put("usage", RawJson.object(merged));
  }

  /** Whether {@code message_stop} was seen. */
  public boolean isComplete() {
    return complete;
  }

  /** The tokens reported so far; also of a message that breaks off, since it is billed. */
  public Usage usage() {
    if (usage == null) {
      usage = Usage.of(envelope.getOrDefault("usage", NULL));
    }
    return usage;
  }

  /** The block at an index as it started, empty when none did. */
  public Optional<ContentBlock> started(int index) {
    return Optional.ofNullable(find(index)).map(GrowingBlock::start);
  }

  /** The block at an index as it is in the message; empty until it was closed. */
  public Optional<ContentBlock> closed(int index) {
    return Optional.ofNullable(find(index))
        .filter(GrowingBlock::isClosed)
        .map(GrowingBlock::finished);
  }

  /** The growing input of the tool use at an index, null for a block of another kind. */
  public @Nullable PartialJson input(int index) {
    var block = find(index);
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
    if (response == null) {
      response = whole();
    }
    return response;
  }

  private MessageResponse whole() {
    var content = new ArrayList<ContentBlock>();
    for (var block : blocks.values()) {
      content.add(block.finished());
    }
    var stopReason = text("stop_reason");
    return new MessageResponse(
        text("id"),
        text("model"),
        content,
        stopReason.isEmpty() ? StopReason.NONE : new StopReason(stopReason),
        text("stop_sequence"),
        usage(),
        RawJson.object(envelope));
  }

  private String text(String member) {
    var value = envelope.getOrDefault(member, NULL);
    return value.isString() ? value.asString() : "";
  }
}
