package dev.millrace.agent.message;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One block of a message's content. What a block holds beyond the fields named here is kept in
 * {@code other}, and a block of an unknown type is an {@link Other}, so that an assistant turn goes
 * back to the API value-identical. All blocks are immutable.
 */
public sealed interface ContentBlock {
  /** The API's {@code type} of the block. */
  String type();

  /** The block as the API's JSON. */
  RawJson json();

  /**
   * Reads a block; one of an unknown type, or of an unknown shape, becomes an {@link Other}.
   *
   * @throws IllegalArgumentException when it is not an object with a string {@code type}
   */
  static ContentBlock of(RawJson json) {
    return BlockJson.read(json);
  }

  /**
   * Text.
   *
   * @param text may be blank in what a model answers; the API takes no blank text back
   * @param other further members, such as {@code citations}
   */
  record Text(String text, RawJson other) implements ContentBlock {
    /** Lone surrogates in the text become U+FFFD, because no request could carry them. */
    public Text {
      text = Surrogates.repaired(text);
      other = BlockJson.others(other, "type", "text");
    }

    /** Plain text. */
    public Text(String text) {
      this(text, RawJson.EMPTY_OBJECT);
    }

    @Override
    public String type() {
      return "text";
    }

    @Override
    public RawJson json() {
      return BlockJson.of(this);
    }
  }

  /**
   * A picture.
   *
   * @param source the API's {@code source} object
   * @param other further members
   */
  record Image(RawJson source, RawJson other) implements ContentBlock {
    /** Checks that {@code other} holds further members only. */
    public Image {
      other = BlockJson.others(other, "type", "source");
    }

    /** A picture given as bytes; {@code mediaType} is one of image/jpeg, png, gif, webp. */
    public static Image of(String mediaType, byte[] data) {
      return new Image(BlockJson.base64(mediaType, encoded(data)), RawJson.EMPTY_OBJECT);
    }

    private static String encoded(byte[] data) {
      return Base64.getEncoder().encodeToString(data);
    }

    @Override
    public String type() {
      return "image";
    }

    @Override
    public RawJson json() {
      return BlockJson.of(this);
    }
  }

  /**
   * A document, such as a PDF.
   *
   * @param source the API's {@code source} object
   * @param other further members
   */
  record Document(RawJson source, RawJson other) implements ContentBlock {
    /** Checks that {@code other} holds further members only. */
    public Document {
      other = BlockJson.others(other, "type", "source");
    }

    /** A PDF given as bytes. */
    public static Document ofPdf(byte[] data) {
      return new Document(
          BlockJson.base64("application/pdf", Image.encoded(data)), RawJson.EMPTY_OBJECT);
    }

    @Override
    public String type() {
      return "document";
    }

    @Override
    public RawJson json() {
      return BlockJson.of(this);
    }
  }

  /**
   * The model's thinking.
   *
   * @param thinking may be empty: newer models hide it by default
   * @param signature empty when a server sent none; the API takes no thinking back without it
   * @param other further members
   */
  record Thinking(String thinking, String signature, RawJson other) implements ContentBlock {
    /** Checks that {@code other} holds further members only. */
    public Thinking {
      other =
          signature.isEmpty()
              ? BlockJson.others(other, "type", "thinking")
              : BlockJson.others(other, "type", "thinking", "signature");
    }

    @Override
    public String type() {
      return "thinking";
    }

    @Override
    public RawJson json() {
      return BlockJson.of(this);
    }
  }

  /**
   * A call of a tool that we run.
   *
   * @param id the API's id, to be repeated in the {@link ToolResult}
   * @param name the tool's name as the model wrote it
   * @param input the input, always an object; {@code {}} where {@code problem} tells why there is
   *     none
   * @param other further members, such as {@code caller}
   * @param problem why the call must not be run, null when nothing is wrong with it; not part of
   *     the block's JSON
   */
  record ToolUse(String id, String name, RawJson input, RawJson other, @Nullable String problem)
      implements ContentBlock {
    /** Checks that the input is an object and that {@code other} holds further members only. */
    public ToolUse {
      if (!input.isObject()) {
        throw new IllegalArgumentException("a tool use's input must be a JSON object");
      }
      other = BlockJson.others(other, "type", "id", "name", "input");
    }

    /** A sound call without further members. */
    public ToolUse(String id, String name, RawJson input) {
      this(id, name, input, RawJson.EMPTY_OBJECT, null);
    }

    @Override
    public String type() {
      return "tool_use";
    }

    @Override
    public RawJson json() {
      return BlockJson.of(this);
    }
  }

  /**
   * The answer to a {@link ToolUse}.
   *
   * @param toolUseId the call's id
   * @param content text, images, documents; may be empty
   * @param isError whether the tool failed; the API takes nothing but text then
   * @param other further members; a {@code content} or {@code is_error} among them is written in
   *     place of this record's own, so that a result which was read goes back as it came
   */
  record ToolResult(String toolUseId, List<ContentBlock> content, boolean isError, RawJson other)
      implements ContentBlock {
    /** Copies the content. */
    public ToolResult {
      content = List.copyOf(content);
      other = BlockJson.others(other, "type", "tool_use_id");
    }

    /** A text result. */
    public static ToolResult of(String toolUseId, String text) {
      return new ToolResult(toolUseId, List.of(new Text(text)), false, RawJson.EMPTY_OBJECT);
    }

    /** A text result that tells the model of a failure. */
    public static ToolResult error(String toolUseId, String text) {
      return new ToolResult(toolUseId, List.of(new Text(text)), true, RawJson.EMPTY_OBJECT);
    }

    @Override
    public String type() {
      return "tool_result";
    }

    /** The text blocks of the content, joined. */
    public String text() {
      return Texts.join(content);
    }

    @Override
    public RawJson json() {
      return BlockJson.of(this);
    }
  }

  /**
   * A block that Millrace only carries: server tools and their results, and whatever comes.
   *
   * @param type the API's {@code type} of the block
   * @param json the whole block as it came
   */
  record Other(String type, RawJson json) implements ContentBlock {
    /** The value of a member if it is a string. */
    public Optional<String> string(String member) {
      var node = json.node().get(member);
      return node != null && node.isString() ? Optional.of(node.asString()) : Optional.empty();
    }
  }
}
