package dev.millrace.agent.message;

import java.util.List;

/** The text in a list of blocks. */
final class Texts {
  private Texts() {}

  static String join(List<ContentBlock> blocks) {
    var texts = Message.only(ContentBlock.Text.class, blocks);
    if (texts.size() == 1) {
      return texts.getFirst().text();
    }
    var all = new StringBuilder();
    texts.forEach(text -> all.append(text.text()));
    return all.toString();
  }
}
