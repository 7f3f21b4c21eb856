package dev.millrace.agent.stream;

import java.io.InputStream;
import java.util.function.IntSupplier;

/** A stream that hands out its bytes in chunks of chosen sizes, as a socket would. */
final class Chunks extends InputStream {
  private final byte[] bytes;
  private final IntSupplier sizes;
  private int at;

  Chunks(byte[] bytes, IntSupplier sizes) {
    this.bytes = bytes;
    this.sizes = sizes;
  }

  static Chunks of(byte[] bytes, int size) {
    return new Chunks(bytes, () -> size);
  }

  /** Two chunks: the bytes before the cut and those after it. */
  static Chunks cutAt(byte[] bytes, int cut) {
    int[] sizes = {cut, bytes.length};
    int[] calls = {cut == 0 ? 1 : 0};
    return new Chunks(bytes, () -> sizes[Math.min(calls[0]++, 1)]);
  }

  int delivered() {
    return at;
  }

  @Override
  public int read() {
    return at == bytes.length ? -1 : bytes[at++] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (at == bytes.length) {
      return -1;
    }
    int count = Math.min(Math.min(sizes.getAsInt(), length), bytes.length - at);
    System.arraycopy(bytes, at, target, offset, count);
    at += count;
    return count;
  }
}
