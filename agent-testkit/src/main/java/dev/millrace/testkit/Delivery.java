package dev.millrace.testkit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a reply is put on the wire.
 *
 * @param status replaces the reply's own, unless 0
 * @param headers by name in lower case; they replace those the server would send
 * @param stop where and how the body stops early
 * @param pings period of the pings sent in a stall
 * @param error an event that ends the stream early
 * @param pieces sizes of the single writes; an event each when null
 * @param interval pause after each piece
 */
record Delivery(
    int status,
    Map<String, String> headers,
    boolean headersHeldBack,
    @Nullable Stop stop,
    @Nullable Duration pings,
    @Nullable ErrorEvent error,
    @Nullable Pieces pieces,
    Duration interval) {

  static final Delivery PLAIN =
      new Delivery(0, Map.of(), false, null, null, null, null, Duration.ZERO);

  /** The place where a body stops, and the cut that follows, or null for a silence. */
  record Stop(long bytes, int events, @Nullable Cut cut) {
    static Stop cut(long bytes, int events, Cut cut) {
      return new Stop(requireNotNegative(bytes), events, cut);
    }

    static Stop stall(long bytes, int events) {
      return new Stop(requireNotNegative(bytes), events, null);
    }

    private static long requireNotNegative(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("expected a number of bytes from 0, got " + bytes);
      }
      return bytes;
    }
  }

  /** An event that takes the place of everything after the given number of events. */
  record ErrorEvent(int after, String type, String message) {}

  /** The sizes of the pieces a body is sent in. */
  sealed interface Pieces {
    PrimitiveIterator.OfInt sizes();
  }

  /** Given sizes; the last one is repeated. */
  record Sizes(List<Integer> given) implements Pieces {
    Sizes {
      if (given.isEmpty() || given.stream().anyMatch(size -> size < 1)) {
        throw new IllegalArgumentException("expected sizes from 1, got " + given);
      }
    }

    @Override
    public PrimitiveIterator.OfInt sizes() {
      return IntStream.iterate(0, i -> i + 1)
          .map(i -> given.get(Math.min(i, given.size() - 1)))
          .iterator();
    }
  }

  /** Sizes from 1 to the largest, by chance but repeatable. */
  record RandomSizes(long seed, int largest) implements Pieces {
    RandomSizes {
      if (largest < 1) {
        throw new IllegalArgumentException("expected a largest size from 1, got " + largest);
      }
    }

    @Override
    public PrimitiveIterator.OfInt sizes() {
      return new Random(seed).ints(1, largest + 1).iterator();
    }
  }

  Delivery withStatus(int newStatus) {
    return new Delivery(newStatus, headers, headersHeldBack, stop, pings, error, pieces, interval);
  }

  Delivery withHeader(String name, String value) {
    if ((name + value).chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException("control character in the header " + name);
    }
    var more = new LinkedHashMap<>(headers);
    more.put(name.toLowerCase(Locale.ROOT), value);
    return new Delivery(status, more, headersHeldBack, stop, pings, error, pieces, interval);
  }

  Delivery withoutHeaders() {
    return new Delivery(status, headers, true, stop, pings, error, pieces, interval);
  }

  Delivery withStop(Stop newStop) {
    return new Delivery(status, headers, headersHeldBack, newStop, pings, error, pieces, interval);
  }

  Delivery withPings(Duration period) {
    var silence = stop == null ? Stop.stall(Long.MAX_VALUE, 1) : stop;
    return new Delivery(status, headers, headersHeldBack, silence, period, error, pieces, interval);
  }

  Delivery withError(int after, String type, String message) {
    var event = new ErrorEvent(after, type, message);
    return new Delivery(status, headers, headersHeldBack, stop, pings, event, pieces, interval);
  }

  Delivery withPieces(Pieces newPieces) {
    return new Delivery(status, headers, headersHeldBack, stop, pings, error, newPieces, interval);
  }

  Delivery withInterval(Duration pause) {
    return new Delivery(status, headers, headersHeldBack, stop, pings, error, pieces, pause);
  }
}
