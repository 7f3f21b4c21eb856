package dev.millrace.agent.message;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.util.List;
import java.util.Optional;

/**
 * A whole message as the API answered it: its content blocks as they came, and what stands around
 * them.
 *
 * @param id the API's id of the message, empty when a server gave none
 * @param model the model that wrote it
 * @param content the blocks as they came; those that the API would refuse in a request among them
 * @param stopReason why it ended; {@link StopReason#NONE} when the server did not tell
 * @param stopSequence the stop sequence that fired, empty when none did
 * @param usage the tokens it took
 * @param envelope all other members of the API's message object, such as {@code stop_details} and
 *     {@code container}, and the ones above as they came
 */
public record MessageResponse(
    String id,
    String model,
    List<ContentBlock> content,
    StopReason stopReason,
    String stopSequence,
    Usage usage,
    RawJson envelope) {
  public MessageResponse {
    content = List.copyOf(content);
  }

  /** The text blocks, joined. */
  public String text() {
    return Texts.join(content);
  }

  /** The calls of our tools, in order. */
  public List<ToolUse> toolUses() {
    return Message.only(ToolUse.class, content);
  }

  /** The id of the container that server tools ran in, to be named in the next request. */
  public Optional<String> containerId() {
    if (!envelope.text().contains("\"container\"")) {
      return Optional.empty();
    }
    var id = envelope.node().path("container").path("id");
    return id.isString() ? Optional.of(id.asString()) : Optional.empty();
  }
}
