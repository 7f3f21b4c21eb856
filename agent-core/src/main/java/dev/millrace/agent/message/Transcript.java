package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a conversation, always in a state that the API accepts once a user message is
 * added: each tool use is answered in the very next message, or it stands in the last one and is
 * {@link #pending()}. Immutable: adding gives a new transcript and never edits what was said.
 */
public final class Transcript {
  /** Nothing said yet. */
  public static final Transcript EMPTY = new Transcript(List.of());

  private static final String SUPERSEDED =
      "Not run: a new message came before this call was answered.";

  private final List<Message> messages;

  private Transcript(List<Message> messages) {
    this.messages = messages;
  }

  /** A conversation that begins with this text. */
  public static Transcript of(String userText) {
    return EMPTY.plus(Message.user(userText));
  }

  /**
   * Reads a transcript: a JSON array of messages, or an object with such an array under {@code
   * messages}. What the API would refuse in it is repaired, and each repair is reported.
   *
   * @throws InvalidTranscriptException when the text is no transcript at all
   */
  public static Loaded load(String json) {
    return TranscriptReader.read(json);
  }

  /**
   * A transcript that was read.
   *
   * @param repairs what had to be changed, a sentence each, with the JSON pointer of the message;
   *     empty for a sound one
   */
  public record Loaded(Transcript transcript, List<String> repairs) {
    public Loaded {
      repairs = List.copyOf(repairs);
    }
  }

  /** Messages that were checked or repaired by the reader. */
  static Transcript trusted(List<Message> messages) {
    return new Transcript(List.copyOf(messages));
  }

  /**
   * Adds a message. Calls that are pending and that a user message does not answer are answered in
   * it as not run.
   *
   * @throws IllegalArgumentException when the message cannot stand here: results of calls that are
   *     not pending, an assistant turn while calls are pending, a first message that is not the
   *     user's
   */
  public Transcript plus(Message message) {
    if (messages.isEmpty() && message.role() != Role.USER) {
      throw new IllegalArgumentException(
          "a conversation begins with a user message, not with one of the "
              + message.role().value());
    }
    var pending = pending();
    if (message.role() != Role.USER && !pending.isEmpty()) {
      throw new IllegalArgumentException(
          "a "
              + message.role().value()
              + " message cannot come before the results of "
              + ids(pending));
    }
    return with(message.role() == Role.USER ? answering(pending, message) : message);
  }

  /** The message with one result for each pending call, in their order, before all else. */
  private static Message answering(List<ToolUse> pending, Message message) {
    Map<String, ToolResult> results = new HashMap<>();
    for (var result : message.toolResults()) {
      if (results.put(result.toolUseId(), result) != null) {
        throw new IllegalArgumentException("two results for the call " + result.toolUseId());
      }
    }
    var content = new ArrayList<ContentBlock>();
    for (var use : pending) {
      var result = results.remove(use.id());
      content.add(result == null ? ToolResult.error(use.id(), SUPERSEDED) : result);
    }
    if (!results.isEmpty()) {
      throw new IllegalArgumentException(
          "results of calls that are not pending: "
              + results.keySet().stream().sorted().collect(Collectors.joining(", ")));
    }
    message.content().stream()
        .filter(block -> !(block instanceof ToolResult))
        .forEach(content::add);
    return content.equals(message.content()) ? message : Message.of(Role.USER, content);
  }

  /**
   * Adds an assistant turn in the form in which the API takes it back. A turn that has nothing to
   * take back is not added.
   *
   * @throws IllegalArgumentException while calls are pending, and as the first message
   */
  public Transcript plus(MessageResponse response) {
    var content = new ReplayedTurn(toolUseIds()).of(response);
    return content.isEmpty() ? this : plus(Message.of(Role.ASSISTANT, content));
  }

  /**
   * Without server tools' calls that have no result. The API waits for them only as long as the
   * turn is continued; once something else follows it refuses them.
   */
  public Transcript withoutDanglingServerToolUses() {
    var sound = ServerToolUses.withoutDangling(messages);
    return sound.equals(messages) ? this : trusted(sound);
  }

  private Transcript with(Message message) {
    var copy = new ArrayList<Message>(messages.size() + 1);
    copy.addAll(messages);
    copy.add(message);
    return new Transcript(List.copyOf(copy));
  }

  private Set<String> toolUseIds() {
    return messages.stream()
        .flatMap(message -> message.toolUses().stream())
        .map(ToolUse::id)
        .collect(Collectors.toSet());
  }

  private static String ids(List<ToolUse> uses) {
    return uses.stream().map(ToolUse::id).collect(Collectors.joining(", "));
  }

  public List<Message> messages() {
    return messages;
  }

  public boolean isEmpty() {
    return messages.isEmpty();
  }

  /** The last message. */
  public Optional<Message> last() {
    return messages.isEmpty() ? Optional.empty() : Optional.of(messages.get(messages.size() - 1));
  }

  /** The calls of the last message that still have to be answered, in order. */
  public List<ToolUse> pending() {
    Function<Message, List<ToolUse>> calls =
        message -> message.role() == Role.ASSISTANT ? message.toolUses() : List.of();
    return last().map(calls).orElse(List.of());
  }

  /** The messages as the API's {@code messages} array. */
  public RawJson json() {
    return RawJson.array(messages.stream().map(Message::json).toList());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Transcript that && messages.equals(that.messages);
  }

  @Override
  public int hashCode() {
    return messages.hashCode();
  }

  /** How many messages there are; never what was said in them. */
  @Override
  public String toString() {
    return "Transcript of " + messages.size() + " messages";
  }
}
