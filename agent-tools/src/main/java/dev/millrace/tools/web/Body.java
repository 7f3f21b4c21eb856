package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * The bytes of a page, decompressed.
 *
 * @param isCut there were more
 */
record Body(byte[] bytes, boolean isCut) {
  private static final int BUFFER = 16 * 1024;

  /** No page is compressed to a hundredth; small ones are not worth the question. */
  private static final int MAX_RATIO = 100;

  private static final int UNQUESTIONED = 1 << 20;

  /**
   * Reads up to {@code most} bytes.
   *
   * @param encoding the header {@code Content-Encoding}
   */
  static Body read(InputStream in, String encoding, int most, ByteBudget wire)
      throws IOException, ToolFailure {
    return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> read(in, most, Long.MAX_VALUE, wire);
      case "gzip", "x-gzip" -> {
        try (var unzipped = new GZIPInputStream(new Unclosed(in), BUFFER)) {
          yield read(unzipped, most, MAX_RATIO, wire);
        }
      }
      default ->
          throw new ToolFailure(
              "The page is refused: the server sent it in the encoding %s, and only gzip was asked for."
                  .formatted(Shown.quoted(encoding)));
    };
  }

  private static Body read(InputStream in, int most, long ratio, ByteBudget wire)
      throws IOException, ToolFailure {
    var bytes = new ByteArrayOutputStream(BUFFER);
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      int room = most - bytes.size();
      bytes.write(buffer, 0, Math.min(count, room));
      if (count > room) {
        return new Body(bytes.toByteArray(), true);
      }
      if (bytes.size() > UNQUESTIONED && bytes.size() / ratio > wire.taken()) {
        throw new ToolFailure(
            "The page is refused: it was compressed to less than a hundredth, as no honest page is.");
      }
    }
    return new Body(bytes.toByteArray(), false);
  }

  /** Closing the library's stream would read what is left of the page. */
  private static final class Unclosed extends FilterInputStream {
    Unclosed(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }
}
