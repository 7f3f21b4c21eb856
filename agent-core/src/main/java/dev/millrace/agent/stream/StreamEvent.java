package dev.millrace.agent.stream;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Usage;

/**
 * One event of a streamed message, as the API sends it. The kinds follow the API's streaming
 * documentation; the kinds of {@code content_block_delta} are events of their own here, because a
 * reader wants to switch over them at once. What a later API adds arrives as an {@link Unknown} or
 * {@link UnknownDelta}, never as an exception.
 *
 * <p>{@code index} is the block's position in the final content; several blocks may be open at a
 * time on compatible servers.
 */
public sealed interface StreamEvent {
  /** The API's {@code type} of the event. */
  String type();

  /**
   * {@code message_start}.
   *
   * @param id the message's id, empty when the server gave none
   * @param usage the prompt's tokens; the output count here is a small placeholder
   * @param message the whole message object as it came, its content still empty
   */
  record MessageStart(String id, String model, Usage usage, RawJson message)
      implements StreamEvent {
    @Override
    public String type() {
      return "message_start";
    }
  }

  /**
   * {@code content_block_start}.
   *
   * @param block the block as it starts: text and input still empty, other kinds often whole
   */
  record ContentBlockStart(int index, ContentBlock block) implements StreamEvent {
    @Override
    public String type() {
      return "content_block_start";
    }
  }

  /** {@code text_delta}: the next piece of a text block. */
  record TextDelta(int index, String text) implements Delta {}

  /** {@code thinking_delta}: the next piece of a thinking block. */
  record ThinkingDelta(int index, String thinking) implements Delta {}

  /** {@code input_json_delta}: the next piece of a tool use's input, cut anywhere. */
  record InputJsonDelta(int index, String partialJson) implements Delta {}

  /** {@code signature_delta}: the signature of a thinking block, whole. */
  record SignatureDelta(int index, String signature) implements Delta {}

  /** {@code citations_delta}: one more citation of a text block. */
  record CitationsDelta(int index, RawJson citation) implements Delta {}

  /** A delta of a kind that has no record of its own, such as {@code compaction_delta}. */
  record UnknownDelta(int index, String deltaType, RawJson delta) implements Delta {}

  /** {@code content_block_delta}, of whatever kind. */
  sealed interface Delta extends StreamEvent {
    /** The block's position. */
    int index();

    @Override
    default String type() {
      return "content_block_delta";
    }
  }

  /** {@code content_block_stop}. */
  record ContentBlockStop(int index) implements StreamEvent {
    @Override
    public String type() {
      return "content_block_stop";
    }
  }

  /**
   * {@code message_delta}: what is known at the message's end. There may be several.
   *
   * @param delta the members to overwrite, {@code stop_reason} among them
   * @param usage running totals of the whole message, an object; {@code {}} when none came
   * @param json the whole event as it came
   */
  record MessageDelta(RawJson delta, RawJson usage, RawJson json) implements StreamEvent {
    @Override
    public String type() {
      return "message_delta";
    }
  }

  /** {@code message_stop}: only this makes a message complete. */
  record MessageStop() implements StreamEvent {
    @Override
    public String type() {
      return "message_stop";
    }
  }

  /** {@code ping}: a sign of life. */
  record Ping() implements StreamEvent {
    @Override
    public String type() {
      return "ping";
    }
  }

  /**
   * {@code error}: the message failed after the answer had begun; nothing follows.
   *
   * @param errorType the API's error type, such as {@code overloaded_error}; {@code "unknown"} when
   *     the server gave none
   * @param message the server's text, capped
   * @param json the event as it came, a JSON string when it was no JSON
   */
  record Error(String errorType, String message, RawJson json) implements StreamEvent {
    @Override
    public String type() {
      return "error";
    }
  }

  /** An event of a type that this version does not know. */
  record Unknown(String type, RawJson json) implements StreamEvent {}
}
