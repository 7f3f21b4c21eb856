package dev.millrace.agent.client;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the model: the body of a Messages API request. Immutable. The same members give
 * the same bytes, so that the prefix of a conversation's requests never changes.
 */
public final class MessageRequest {
  private final RequestHead head;
  private final List<Message> messages;
  private final List<String> betas;
  private final MessageBytes rendered;

  private MessageRequest(Builder builder, List<Message> messages) {
    this.head = builder.head();
    this.betas = List.copyOf(builder.betas);
    this.messages = messages;
    this.rendered = builder.rendered;
  }

  /**
   * A request to this model.
   *
   * @param maxTokens the most tokens that the model may write, 1 or more
   */
  public static Builder to(String model, int maxTokens) {
    return new Builder(model, maxTokens);
  }

  /** A builder that holds all but the messages. */
  public Builder toBuilder() {
    return new Builder(head.members(), betas);
  }

  /** All members of the body but {@code messages} and {@code stream}, in order. */
  public Map<String, RawJson> members() {
    return head.members();
  }

  public List<Message> messages() {
    return messages;
  }

  /** Values of the {@code anthropic-beta} header. */
  public List<String> betas() {
    return betas;
  }

  /** All but the messages, as it is sent. */
  byte[] headBytes() {
    return head.bytes();
  }

  /** The messages as they are sent. */
  MessageBytes.Part messageBytes() {
    return rendered.of(messages);
  }

  /** Collects a request; not thread-safe. */
  public static final class Builder {
    private final SequencedMap<String, RawJson> members = new LinkedHashMap<>();
    private final List<String> betas = new ArrayList<>();
    private final MessageBytes rendered = new MessageBytes();

    /** Of the request before, until a member is changed. */
    private @Nullable RequestHead head;

    private Builder(SequencedMap<String, RawJson> members, List<String> betas) {
      this.members.putAll(members);
      this.betas.addAll(betas);
    }

    private Builder(String model, int maxTokens) {
      if (model.isBlank()) {
        throw new IllegalArgumentException("model must not be blank");
      }
      if (maxTokens < 1) {
        throw new IllegalArgumentException("maxTokens must be 1 or more, not " + maxTokens);
      }
      members.put("model", RawJson.ofString(model));
      members.put("max_tokens", RawJson.ofNumber(maxTokens));
    }

    /**
     * Sets any member of the body but {@code messages} and {@code stream}.
     *
     * @throws IllegalArgumentException for those two
     */
    public Builder member(String name, RawJson value) {
      if (name.equals("messages") || name.equals("stream")) {
        throw new IllegalArgumentException(name + " is set by the client, not as a member");
      }
      if (!value.equals(members.put(name, value))) {
        head = null;
      }
      return this;
    }

    private RequestHead head() {
      if (head == null) {
        head = new RequestHead(members);
      }
      return head;
    }

    /** The system prompt. */
    public Builder system(List<ContentBlock> blocks) {
      return blocks.isEmpty() ? this : member("system", RawJson.array(jsonOf(blocks)));
    }

    /** The tools' definitions, of tools that we run and of server tools alike. */
    public Builder tools(List<RawJson> definitions) {
      return definitions.isEmpty() ? this : member("tools", RawJson.array(definitions));
    }

    /** Adds a value of the {@code anthropic-beta} header. */
    public Builder beta(String beta) {
      betas.add(beta);
      return this;
    }

    /** The request for these messages; the builder may be used again for later ones. */
    public MessageRequest build(List<Message> messages) {
      return new MessageRequest(this, List.copyOf(messages));
    }

    /**
     * The request for what was said so far. What is the same as in the last request of this builder
     * is not rendered again.
     */
    public MessageRequest build(Transcript transcript) {
      return new MessageRequest(this, transcript.messages());
    }

    private static List<RawJson> jsonOf(List<ContentBlock> blocks) {
      return blocks.stream().map(ContentBlock::json).toList();
    }
  }
}
