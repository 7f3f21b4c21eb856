package dev.millrace.agent.stream;

import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.JsonFault.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON object that a tool's input grows into while its {@code input_json_delta} fragments
 * arrive. A fragment may end anywhere, inside an escape or a number too.
 *
 * <p>Appending only stores the fragment. It is looked at when somebody asks, and then once: all
 * questions together cost time linear in the text, except {@link #snapshot()}, {@link #text()} and
 * {@link #complete()}, which make a fresh copy of everything at each call. A screen that is updated
 * at each delta should {@link #follow()} instead.
 *
 * <p>What is seen here before the end is a preview: only {@link #complete()} says whether the text
 * may be acted upon. Safe for use by several threads, such as one that appends and one that looks.
 */
public final class PartialJson {
  /** The default cap of the nesting depth. */
  public static final int DEFAULT_MAX_DEPTH = 64;

  /** The default cap of the text, in characters: 8 Mi. */
  public static final int DEFAULT_MAX_LENGTH = 8 * 1024 * 1024;

  private final int maxDepth;
  private final JsonText text;

  /** Made when somebody looks; most inputs are not looked at before they are whole. */
  private @Nullable JsonScanner scanner;

  /** An empty text with the default caps. */
  public PartialJson() {
    this(DEFAULT_MAX_DEPTH, DEFAULT_MAX_LENGTH);
  }

  /**
   * An empty text with caps of its own.
   *
   * @param maxDepth how deep objects and arrays may be nested, 1 to {@link RawJson#MAX_DEPTH}
   * @param maxLength how many characters may arrive; those of a fragment that would pass it, and
   *     all after it, are not kept
   * @throws IllegalArgumentException if a cap is out of range
   */
  public PartialJson(int maxDepth, int maxLength) {
    if (maxDepth < 1 || maxDepth > RawJson.MAX_DEPTH || maxLength < 1) {
      throw new IllegalArgumentException(
          "expected maxDepth of 1 to %d and a positive maxLength, but got %d and %d"
              .formatted(RawJson.MAX_DEPTH, maxDepth, maxLength));
    }
    this.maxDepth = maxDepth;
    this.text = new JsonText(maxLength);
  }

  /** The scanner at the end of what has arrived. */
  private JsonScanner scanned() {
    if (scanner == null) {
      scanner = new JsonScanner(text, maxDepth);
    }
    scanner.advance();
    return scanner;
  }

  /** Adds the next fragment. */
  public synchronized void append(String fragment) {
    text.append(fragment);
  }

  /**
   * What is known so far, as a fresh tree: closed members, open objects and arrays, and the open
   * string as far as it has come. Unfinished numbers, literals and keys are left out; numbers are
   * exact. After a fault it stays what it was before the fault.
   */
  public ObjectNode snapshot() {
    String closed = closedText();
    return (ObjectNode) JsonTrees.read(closed.isEmpty() ? "{}" : closed);
  }

  /** The text as far as it is final, with all closed that is open. */
  private synchronized String closedText() {
    var scanner = scanned();
    String quote = scanner.inStringValue() ? "\"" : "";
    return text.raw(0, scanner.settled()) + quote + scanner.stack().closers();
  }

  /**
   * The JSON pointer (RFC 6901) of the value being written, such as {@code /edits/0/text}; empty
   * for the object itself. Between two members it points at what holds them.
   */
  public synchronized String pointer() {
    return scanned().stack().pointer();
  }

  /** Whether one whole object has arrived, and nothing but blanks after it. */
  public synchronized boolean isComplete() {
    return scanned().isComplete() && !text.overflowed();
  }

  /**
   * Why the text will be refused, as far as that is known; a text that merely is not finished has
   * no fault. Faults that break the grammar come first.
   */
  public synchronized Optional<JsonFault> fault() {
    var scanner = scanned();
    Optional<JsonFault> fatal = Optional.ofNullable(scanner.fault());
    if (fatal.isPresent()) {
      return fatal;
    }
    if (text.overflowed()) {
      return Optional.of(
          new JsonFault(Kind.TOO_LONG, text.length(), "longer than " + text.cap() + " characters"));
    }
    if (text.replacedAt() >= 0) {
      return Optional.ofNullable(scanner.duplicate()).or(() -> Optional.of(loneSurrogate()));
    }
    return Optional.ofNullable(scanner.duplicate());
  }

  private JsonFault loneSurrogate() {
    return new JsonFault(
        Kind.LONE_SURROGATE,
        text.replacedAt(),
        "a string holds half of a surrogate pair, which no UTF-8 text can hold");
  }

  /** The text as it arrived, except that lone surrogates in its strings read U+FFFD. */
  public synchronized String text() {
    scanned();
    return text.raw(0, text.length());
  }

  /** Whether nothing but blanks has arrived. */
  synchronized boolean isBlank() {
    return text.isBlank();
  }

  /** A new viewer's way through the object, from its start. */
  public JsonFollower follow() {
    return new JsonFollower(this, text, maxDepth);
  }

  /**
   * Judges the text that has arrived as a whole: exactly one object, no duplicate keys, no lone
   * surrogates, within the caps. A blank text counts as {@code {}}.
   */
  public StrictJson complete() {
    return unseen()
        .flatMap(whole -> RawJson.exact(whole, maxDepth))
        .filter(RawJson::isObject)
        .<StrictJson>map(StrictJson.Whole::new)
        .orElseGet(this::examined);
  }

  /** All of it if nobody has looked until now; as a rule it is seen to be sound at a glance. */
  private synchronized Optional<String> unseen() {
    return scanner != null || text.overflowed()
        ? Optional.empty()
        : Optional.of(text.raw(0, text.length()));
  }

  private StrictJson examined() {
    String whole;
    Optional<JsonFault> fault;
    synchronized (this) {
      fault = fault();
      if (fault.isEmpty() && text.isBlank()) {
        return new StrictJson.Whole(RawJson.EMPTY_OBJECT);
      }
      if (!scanned().isComplete()) {
        return refused(fault.orElseGet(this::cutOff));
      }
      whole = text.raw(0, text.length());
    }
    if (fault.isPresent() && fault.get().kind() != Kind.LONE_SURROGATE) {
      return refused(fault.get());
    }
    return judged(whole, fault);
  }

  private JsonFault cutOff() {
    return new JsonFault(Kind.CUT_OFF, text.length(), "the text ends before the object is closed");
  }

  /** What is not seen to be sound at a glance has to please two parsers. */
  private StrictJson judged(String whole, Optional<JsonFault> fault) {
    RawJson json;
    try {
      json = RawJson.parse(whole, maxDepth);
    } catch (InvalidJsonException e) {
      return refused(new JsonFault(Kind.SYNTAX, (int) Math.max(0, e.offset()), e.reason()));
    }
    return fault.isEmpty()
        ? new StrictJson.Whole(json)
        : new StrictJson.Refused(fault.get(), Optional.of(json));
  }

  private static StrictJson refused(JsonFault fault) {
    return new StrictJson.Refused(fault, Optional.empty());
  }

  /** A part of the text that is final. */
  synchronized String raw(int from, int to) {
    return text.raw(from, to);
  }

  /** How many characters were looked at or copied so far, by all viewers. */
  synchronized long work() {
    return text.work();
  }
}
