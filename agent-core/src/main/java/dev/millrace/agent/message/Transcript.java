package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a conversation, always in a state that the API accepts once a user message is
 * added: each tool use is answered in the very next message, or it stands in the last one and is
 * {@link #pending()}. Immutable: adding gives a new transcript and never edits what was said.
 */
public final class Transcript {
  /** Nothing said yet. */
  public static final Transcript EMPTY = trusted(List.of());

  private static final String SUPERSEDED =
      "Not run: a new message came before this call was answered.";

  private final SharedHistory history;
  private final List<Message> messages;

  private Transcript(SharedHistory history, int size) {
    this.history = history;
    this.messages = history.first(size);
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
   * @param transcript what was read, repaired
   * @param repairs what had to be changed, a sentence each, with the JSON pointer of the message;
   *     empty for a sound one
   */
  public record Loaded(Transcript transcript, List<String> repairs) {
    /** Copies the repairs. */
    public Loaded {
      repairs = List.copyOf(repairs);
    }
  }

  /** Messages that were checked or repaired by the reader. */
  static Transcript trusted(List<Message> messages) {
    return new Transcript(SharedHistory.of(messages), messages.size());
  }

  /**
   * Adds a message. Calls that are pending and that a user message does not answer are answered in
   * it as not run. A user message that says more than results ends the waiting for server tools'
   * results, see {@link #withoutDanglingServerToolUses()}; it goes before system messages at the
   * end, because none can follow them.
   *
   * @throws IllegalArgumentException when the message cannot stand here: results of calls that are
   *     not pending; an assistant turn or a system message while calls are pending; a first message
   *     that is not the user's; a system message that follows neither a user message nor a server
   *     tool's result; a call whose name or id the API refuses, or whose id was used before
   */
  public Transcript plus(Message message) {
    if (messages.isEmpty() && message.role() != Role.USER) {
      throw new IllegalArgumentException(
          "a conversation begins with a user message, not with one of the "
              + message.role().value());
    }
    var pending = pending();
    if (message.role() == Role.USER) {
      boolean saysMore = message.toolResults().size() < message.content().size();
      return (saysMore ? withoutDanglingServerToolUses() : this).with(answering(pending, message));
    }
    if (!pending.isEmpty()) {
      throw new IllegalArgumentException(
          "a "
              + message.role().value()
              + " message cannot come before the results of "
              + ids(pending));
    }
    if (message.role() == Role.SYSTEM && !Placement.isSystemAllowedAfter(messages)) {
      throw new IllegalArgumentException(
          "a system message must follow a user message or a server tool's result");
    }
    requireFreeIds(message);
    return with(message);
  }

  private void requireFreeIds(Message message) {
    var ids = new HashSet<String>();
    for (var use : message.toolUses()) {
      if (!Sendable.isId(use.id()) || !Sendable.isToolName(use.name())) {
        throw new IllegalArgumentException(
            "the API refuses the id or the name of the call " + use.id() + " of " + use.name());
      }
      if (!ids.add(use.id()) || hasCall(use.id())) {
        throw new IllegalArgumentException("the id of a call was used before: " + use.id());
      }
    }
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
    for (var block : message.content()) {
      if (!(block instanceof ToolResult)) {
        content.add(block);
      }
    }
    return content.equals(message.content()) ? message : Message.of(Role.USER, content);
  }

  /**
   * Adds an assistant turn in the form in which the API takes it back. A turn that has nothing to
   * take back is not added, and neither is a refusal, which would go on refusing.
   *
   * @throws IllegalArgumentException while calls are pending, and as the first message
   */
  public Transcript plus(MessageResponse response) {
    var content = new ReplayedTurn(new CallIds(this::hasCall)).of(response);
    return content.isEmpty() ? this : plus(Message.of(Role.ASSISTANT, content));
  }

  /**
   * Without server tools' calls that have no result. The API waits for them only as long as the
   * turn is continued; once something else follows it refuses them.
   */
  public Transcript withoutDanglingServerToolUses() {
    if (!history.hasServerTools(messages.size())) {
      return this;
    }
    var copy = new ArrayList<@Nullable Message>(messages);
    new ServerToolRepair(new ArrayList<>(), false).repair(copy);
    var sound = copy.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
    return sound.equals(messages) ? this : trusted(sound);
  }

  private Transcript with(Message message) {
    int size = messages.size();
    if (Placement.isAtEnd(messages, message)) {
      return new Transcript(history.plus(size, message), size + 1);
    }
    var copy = new ArrayList<>(messages);
    Placement.append(copy, message);
    return trusted(copy);
  }

  private boolean hasCall(String id) {
    return history.hasCall(id, messages.size());
  }

  private static String ids(List<ToolUse> uses) {
    return uses.stream().map(ToolUse::id).collect(Collectors.joining(", "));
  }

  /** The messages in order; not to be changed. */
  public List<Message> messages() {
    return messages;
  }

  /** Whether nothing was said yet. */
  public boolean isEmpty() {
    return messages.isEmpty();
  }

  /** The last message. */
  public Optional<Message> last() {
    return messages.isEmpty() ? Optional.empty() : Optional.of(messages.get(messages.size() - 1));
  }

  /** The calls of the last message that still have to be answered, in order. */
  public List<ToolUse> pending() {
    var last = messages.isEmpty() ? null : messages.get(messages.size() - 1);
    return last == null || last.role() != Role.ASSISTANT ? List.of() : last.toolUses();
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
