package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tool throws to tell the model why it failed and what to do instead. Any other exception is
 * told to the model too, by its message alone.
 */
public final class ToolFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ContentBlock> content;

  /** Fails with a text for the model. */
  public ToolFailure(String message) {
    this(message, List.of(new ContentBlock.Text(message)));
  }

  /** Fails with a text for the model, and a cause for the log where there is one. */
  public ToolFailure(String message, @Nullable Throwable cause) {
    this(message);
    initCause(cause);
  }

  /**
   * Fails with blocks for the model. The API takes nothing but text in a failed result, so other
   * blocks are named in text and left out.
   */
  public ToolFailure(String message, List<ContentBlock> content) {
    super(message);
    this.content = List.copyOf(content);
  }

  /** What the model is told. */
  public List<ContentBlock> content() {
    return content;
  }
}
