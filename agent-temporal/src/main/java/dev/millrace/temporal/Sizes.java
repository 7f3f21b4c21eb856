package dev.millrace.temporal;

/** What the engine takes; it would refuse more with an error that names nothing. */
final class Sizes {
  /** The engine's limit of a payload is 2 MiB; some of it is the engine's own. */
  static final int MOST_BYTES = 2_000_000;

  /** The engine's limit of a message is 4 MiB; all calls that begin at once are in one. */
  static final int MOST_AT_ONCE = 3_500_000;

  private Sizes() {}

  /** What is wrong with something of this size; empty if nothing is. */
  static String problem(String step, String what, int bytes) {
    return bytes <= MOST_BYTES
        ? ""
        : "step %s: %s is %,d bytes long, and the engine keeps at most %,d"
            .formatted(step, what, bytes, MOST_BYTES);
  }
}
