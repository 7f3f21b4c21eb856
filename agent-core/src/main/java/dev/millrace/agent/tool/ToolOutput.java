package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock;
import java.util.List;

/**
 * What a tool gives back to the model.
 *
 * @param content text, images, documents; empty when there is nothing to say
 */
public record ToolOutput(List<ContentBlock> content) {
  public ToolOutput {
    content = List.copyOf(content);
  }

  /** Plain text. */
  public static ToolOutput text(String text) {
    return new ToolOutput(List.of(new ContentBlock.Text(text)));
  }

  /** Blocks of any kind that a tool result may hold. */
  public static ToolOutput of(ContentBlock... content) {
    return new ToolOutput(List.of(content));
  }
}
