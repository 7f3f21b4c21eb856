package dev.millrace.agent.message;

import java.util.List;
import java.util.stream.Collectors;

/** The text in a list of blocks. */
final class Texts {
  private Texts() {}

  static String join(List<ContentBlock> blocks) {
    return blocks.stream()
        .filter(ContentBlock.Text.class::isInstance)
        .map(block -> ((ContentBlock.Text) block).text())
        .collect(Collectors.joining());
  }
}
