package dev.millrace.tools.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The kinds of files that the model looks at instead of reading, told by their first bytes. A
 * request that holds one which the API does not take fails as a whole, so what is too large is
 * refused here.
 */
enum Media {
  PNG("image/png", "\\x89PNG\\r\\n\\x1a\\n.*"),
  JPEG("image/jpeg", "\\xff\\xd8\\xff.*"),
  GIF("image/gif", "GIF8[79]a.*"),
  WEBP("image/webp", "RIFF....WEBP.*"),
  PDF("application/pdf", "%PDF-\\d.*");

  /** The API takes 5 MiB of Base64 a picture. */
  private static final int MOST_OF_PICTURE = 5 * (1 << 20) / 4 * 3;

  /** The API takes 32 MB a request, in Base64 and with all else that is said. */
  private static final int MOST_OF_PDF = 16 << 20;

  private static final int HEAD = 16;

  private final String type;
  private final Pattern head;

  Media(String type, String head) {
    this.type = type;
    this.head = Pattern.compile(head, Pattern.DOTALL);
  }

  /** The kind of a file, which is left at its start; empty when it is none of these. */
  static Optional<Media> of(OpenFile file) throws IOException {
    var bytes = ByteBuffer.allocate(HEAD);
    while (bytes.hasRemaining() && file.channel().read(bytes) >= 0) {
      // On until the buffer is full.
    }
    file.channel().position(0);
    var text = new String(bytes.array(), 0, bytes.position(), ISO_8859_1);
    return Arrays.stream(values()).filter(media -> media.head.matcher(text).matches()).findFirst();
  }

  /** The file with a line that says what it is. */
  ToolOutput read(RelativePath path, OpenFile file, Budget budget) throws IOException, ToolFailure {
    int most = this == PDF ? MOST_OF_PDF : MOST_OF_PICTURE;
    var bytes = ByteBuffer.allocate((int) Math.min(file.size(), most) + 1);
    while (bytes.hasRemaining() && budget.hasTime() && file.channel().read(bytes) >= 0) {
      // On until the end.
    }
    if (!bytes.hasRemaining() || budget.isSpent()) {
      throw new ToolFailure(
          "\"%s\" (%s, %s) is not shown: it is larger than %s, or grows."
              .formatted(path, type, Shown.bytes(file.size()), Shown.bytes(most)));
    }
    byte[] content = Arrays.copyOf(bytes.array(), bytes.position());
    var heading =
        "%s: %s, %s, version %s"
            .formatted(path, type, Shown.bytes(content.length), Version.of(content));
    return ToolOutput.of(new ContentBlock.Text(heading), block(content));
  }

  private ContentBlock block(byte[] content) {
    return this == PDF
        ? ContentBlock.Document.ofPdf(content)
        : ContentBlock.Image.of(type, content);
  }
}
