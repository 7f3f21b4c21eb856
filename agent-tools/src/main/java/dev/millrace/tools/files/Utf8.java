package dev.millrace.tools.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.agent.tool.ToolFailure;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/** Text from the model as bytes of a file. */
final class Utf8 {
  private Utf8() {}

  /**
   * The bytes of an input.
   *
   * @param name of the input, for the model
   * @throws ToolFailure when it holds half of a surrogate pair, which no file can hold
   */
  static byte[] bytes(String name, String text) throws ToolFailure {
    try {
      var encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new ToolFailure(
          "Nothing was written: "
              + name
              + " holds half of a surrogate pair (\\ud800 to \\udfff alone), which is no character."
              + " Write the character itself.",
          e);
    }
  }

  /** How many lines there are; a last one without an end counts. */
  static long lines(byte[] content) {
    long lines = 0;
    for (byte b : content) {
      lines += b == '\n' ? 1 : 0;
    }
    boolean hasOpenEnd = content.length > 0 && content[content.length - 1] != '\n';
    return lines + (hasOpenEnd ? 1 : 0);
  }
}
