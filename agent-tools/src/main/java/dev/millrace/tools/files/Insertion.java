package dev.millrace.tools.files;

import dev.millrace.agent.tool.ToolFailure;
import java.io.ByteArrayOutputStream;

/** New lines between the lines of a content. */
final class Insertion {
  private Insertion() {}

  /**
   * The text as lines of their own after a line, in the line ends of the content.
   *
   * @param line 0 for the beginning
   * @param text with LF alone
   * @throws ToolFailure when there is no such line
   */
  static Replacement after(int line, byte[] text, byte[] content) throws ToolFailure {
    long lines = Utf8.lines(content);
    if (line < 0 || line > lines) {
      throw new ToolFailure(
          "Invalid `insert_line` parameter: "
              + (line < 0 ? "it is missing or negative" : String.valueOf(line))
              + ". It should be within the range of lines of the file: [0, "
              + lines
              + "]");
    }
    int at = offset(line, content);
    boolean isAfterOpenEnd = at > 0 && content[at - 1] != '\n';
    var bytes = new ByteArrayOutputStream(text.length + 2);
    if (isAfterOpenEnd) {
      bytes.write('\n');
    }
    bytes.writeBytes(text);
    if (!isAfterOpenEnd && text.length > 0 && text[text.length - 1] != '\n') {
      bytes.write('\n');
    }
    var unix = bytes.toByteArray();
    return new Replacement(at, at, LineEnds.isWindows(content) ? LineEnds.windows(unix) : unix);
  }

  private static int offset(int line, byte[] content) {
    int left = line;
    int at = 0;
    while (left > 0 && at < content.length) {
      left -= content[at] == '\n' ? 1 : 0;
      at++;
    }
    return at;
  }
}
