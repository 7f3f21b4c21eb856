package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An assistant message: its content blocks in the order in which they are added, then the way it
 * ends. It is streamed if the request asks for a stream, else it is sent as one JSON body.
 *
 * <p>Unless told otherwise it has a new id, the model of the request, a usage estimated from the
 * lengths, and stops with {@code tool_use} if it calls a tool, else with {@code end_turn}.
 */
public final class MessageReply implements Reply {
  static final MessageReply EMPTY =
      new MessageReply(List.of(), Ending.DEFAULT, TokenUsage.ESTIMATED, null, null, 24);

  final List<Part> parts;
  final Ending ending;
  final TokenUsage usage;
  final @Nullable String id;
  final @Nullable String model;
  final int fragmentSize;

  private MessageReply(
      List<Part> parts,
      Ending ending,
      TokenUsage usage,
      @Nullable String id,
      @Nullable String model,
      int fragmentSize) {
    this.parts = parts;
    this.ending = ending;
    this.usage = usage;
    this.id = id;
    this.model = model;
    this.fragmentSize = fragmentSize;
  }

  /** What a message is made of, in the order of the stream. */
  sealed interface Part {
    /** A text block. */
    record Text(List<String> deltas) implements Part {}

    /** A thinking block; a new signature is made when there is none. */
    record Thinking(@Nullable String signature, List<String> deltas) implements Part {}

    /** A tool call; one of input (to be split) and fragments is given. */
    record Call(@Nullable String id, String name, @Nullable String input, List<String> fragments)
        implements Part {}

    /** Any other block, whole in its start event. */
    record Block(String json) implements Part {}

    /** An event that is no part of the message. */
    record Event(String name, String json) implements Part {}
  }

  /** The stop reason with what belongs to it; JSON where it is not text. */
  record Ending(
      @Nullable String stopReason,
      @Nullable String stopSequence,
      @Nullable String stopDetailsJson) {
    static final Ending DEFAULT = new Ending(null, null, null);
  }

  /** Token counts; a negative input count asks for an estimate. */
  record TokenUsage(int input, int output, int cacheCreation, int cacheRead) {
    static final TokenUsage ESTIMATED = new TokenUsage(-1, -1, 0, 0);
  }

  /** Adds a text block, one delta an argument. */
  public MessageReply says(String... deltas) {
    return plus(new Part.Text(List.of(deltas)));
  }

  /** Adds a thinking block, one delta an argument; none gives one whose text is left out. */
  public MessageReply thinks(String... deltas) {
    return plus(new Part.Thinking(null, List.of(deltas)));
  }

  /** Adds a thinking block under a given signature. */
  public MessageReply thinksSigned(String signature, String... deltas) {
    return plus(new Part.Thinking(signature, List.of(deltas)));
  }

  /** Adds a tool call under a new id. */
  public MessageReply calls(String name, String inputJson) {
    return plus(new Part.Call(null, name, inputJson, List.of()));
  }

  /** Adds a tool call under the given id. */
  public MessageReply calls(String id, String name, String inputJson) {
    return plus(new Part.Call(id, name, inputJson, List.of()));
  }

  /**
   * Adds a tool call whose input arrives in exactly these fragments; together they need not be
   * JSON, and none means that no input delta is sent at all.
   */
  public MessageReply callsInFragments(String id, String name, String... fragments) {
    return plus(new Part.Call(id, name, null, List.of(fragments)));
  }

  /** Adds any other block, sent whole in its start event. */
  public MessageReply block(String json) {
    return plus(new Part.Block(json));
  }

  /** Adds an event of any kind to the stream, here; it is not part of the message. */
  public MessageReply event(String name, String json) {
    return plus(new Part.Event(name, json));
  }

  /** Adds a ping to the stream, here. */
  public MessageReply ping() {
    return event("ping", "{\"type\":\"ping\"}");
  }

  /** The same with the largest number of characters in a fragment of tool input; 24 by default. */
  public MessageReply fragmentSize(int characters) {
    if (characters < 1) {
      throw new IllegalArgumentException("expected a fragment size from 1, got " + characters);
    }
    return new MessageReply(parts, ending, usage, id, model, characters);
  }

  /** The same with any stop reason. */
  public MessageReply stops(String reason) {
    return ends(new Ending(reason, null, null));
  }

  /** The same, stopped by a stop sequence. */
  public MessageReply stopsAt(String stopSequence) {
    return ends(new Ending("stop_sequence", stopSequence, null));
  }

  /** The same, refused; the category is one of the API's, such as {@code cyber}. */
  public MessageReply refuses(String category, String explanation) {
    String details =
        "{\"type\":\"refusal\",\"category\":%s,\"explanation\":%s}"
            .formatted(JsonText.quote(category), JsonText.quote(explanation));
    return ends(new Ending("refusal", null, details));
  }

  /** The same with token counts; nothing was read from or written to the cache. */
  public MessageReply usage(int inputTokens, int outputTokens) {
    return usage(inputTokens, outputTokens, 0, 0);
  }

  /** The same with token counts; {@code inputTokens} is what the cache has no part in. */
  public MessageReply usage(
      int inputTokens, int outputTokens, int cacheCreationTokens, int cacheReadTokens) {
    var counts = new TokenUsage(inputTokens, outputTokens, cacheCreationTokens, cacheReadTokens);
    return new MessageReply(parts, ending, counts, id, model, fragmentSize);
  }

  /** The same from another model than the one asked. */
  public MessageReply model(String model) {
    return new MessageReply(parts, ending, usage, id, model, fragmentSize);
  }

  /** The same under a given message id. */
  public MessageReply id(String id) {
    return new MessageReply(parts, ending, usage, id, model, fragmentSize);
  }

  private MessageReply ends(Ending newEnding) {
    return new MessageReply(parts, newEnding, usage, id, model, fragmentSize);
  }

  private MessageReply plus(Part part) {
    var more = new ArrayList<>(parts);
    more.add(part);
    return new MessageReply(List.copyOf(more), ending, usage, id, model, fragmentSize);
  }
}
