package dev.millrace.tools.web;

import java.io.IOException;

/** How many bytes may still come over the wire. For one thread. */
final class ByteBudget {
  private long left;
  private long taken;

  ByteBudget(long bytes) {
    this.left = bytes;
  }

  /** More came than there was a budget for. */
  static final class SpentException extends IOException {
    private static final long serialVersionUID = 1L;

    private SpentException(long bytes) {
      super("more than " + bytes + " bytes");
    }
  }

  void take(int count) throws SpentException {
    if (count > 0) {
      taken += count;
      left -= count;
    }
    if (left < 0) {
      throw new SpentException(taken + left);
    }
  }

  /** Lets more come. */
  void add(long bytes) {
    left += bytes;
  }

  /** How many bytes came. */
  long taken() {
    return taken;
  }
}
