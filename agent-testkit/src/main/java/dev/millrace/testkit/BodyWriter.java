package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;

/**
 * Writes a body in pieces, each a chunk of its own if the body is chunked. Without given sizes each
 * write is a piece, and pieces that follow each other without a pause may share a packet.
 */
final class BodyWriter {
  private static final byte[] LINE_END = {'\r', '\n'};

  private final OutputStream out;
  private final boolean chunked;
  private final Duration interval;
  private final PrimitiveIterator.@Nullable OfInt sizes;
  private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
  private int size;

  BodyWriter(
      OutputStream out, boolean chunked, Delivery.@Nullable Pieces pieces, Duration interval) {
    this.out = out;
    this.chunked = chunked;
    this.interval = interval;
    this.sizes = pieces == null ? null : pieces.sizes();
    this.size = sizes == null ? 0 : sizes.nextInt();
  }

  void write(byte[] bytes, int length) throws IOException, InterruptedException {
    if (sizes == null) {
      writePiece(bytes, 0, length);
      return;
    }
    int from = 0;
    if (piece.size() > 0) {
      from = Math.min(length, size - piece.size());
      piece.write(bytes, 0, from);
      if (piece.size() == size) {
        writeHeldPiece();
      }
    }
    for (; length - from >= size; size = sizes.nextInt()) {
      writePiece(bytes, from, size);
      from += size;
    }
    piece.write(bytes, from, length - from);
  }

  private void writeHeldPiece() throws IOException, InterruptedException {
    byte[] held = piece.toByteArray();
    piece.reset();
    writePiece(held, 0, held.length);
    if (sizes != null) {
      size = sizes.nextInt();
    }
  }

  private void writePiece(byte[] bytes, int from, int length)
      throws IOException, InterruptedException {
    if (length == 0) {
      return; // an empty chunk would end the body
    }
    if (chunked) {
      out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
    }
    out.write(bytes, from, length);
    if (chunked) {
      out.write(LINE_END);
    }
    if (sizes != null || !interval.isZero()) {
      out.flush();
      Thread.sleep(interval);
    }
  }

  /** Sends what is held back of the last piece, and all that is buffered. */
  void flush() throws IOException, InterruptedException {
    if (piece.size() > 0) {
      writeHeldPiece();
    }
    out.flush();
  }

  /** Ends the body. */
  void end() throws IOException, InterruptedException {
    flush();
    if (chunked) {
      out.write("0\r\n\r\n".getBytes(ISO_8859_1));
      out.flush();
    }
  }
}
