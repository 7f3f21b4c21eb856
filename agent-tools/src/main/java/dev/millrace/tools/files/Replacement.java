package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.util.List;

/**
 * A piece of a content, and what comes in its place.
 *
 * @param start the offset of its first byte
 * @param end the offset after its last byte
 * @param with the new bytes
 */
record Replacement(int start, int end, byte[] with) {

  /**
   * The content with all of them done.
   *
   * @param replacements sorted, none overlaps another
   */
  static byte[] apply(byte[] content, List<Replacement> replacements, RelativePath path, long most)
      throws ToolFailure {
    long length = content.length;
    for (var replacement : replacements) {
      length += replacement.with.length - (replacement.end - replacement.start);
    }
    if (length > Math.min(most, Integer.MAX_VALUE - 8)) {
      throw Unwritable.tooLarge(path, length, most);
    }
    byte[] result = new byte[(int) length];
    int from = 0;
    int to = 0;
    for (var replacement : replacements) {
      int kept = replacement.start - from;
      System.arraycopy(content, from, result, to, kept);
      System.arraycopy(replacement.with, 0, result, to + kept, replacement.with.length);
      from = replacement.end;
      to += kept + replacement.with.length;
    }
    System.arraycopy(content, from, result, to, content.length - from);
    return result;
  }
}
