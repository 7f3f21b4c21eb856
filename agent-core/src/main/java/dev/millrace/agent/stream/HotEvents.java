package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.StreamEvent.ContentBlockStart;
import dev.millrace.agent.stream.StreamEvent.ContentBlockStop;
import dev.millrace.agent.stream.StreamEvent.InputJsonDelta;
import dev.millrace.agent.stream.StreamEvent.MessageStop;
import dev.millrace.agent.stream.StreamEvent.Ping;
import dev.millrace.agent.stream.StreamEvent.SignatureDelta;
import dev.millrace.agent.stream.StreamEvent.TextDelta;
import dev.millrace.agent.stream.StreamEvent.ThinkingDelta;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the frequent events by their bytes, as the API writes them, without a parser: all that
 * is needed stands before the one string or number that varies, and nothing but blanks and closing
 * braces may follow it. An event that is in any way different is left to {@link EventTrees}; the
 * two must never disagree.
 */
final class HotEvents {
  private static final byte[] DELTA = ascii("{\"type\":\"content_block_delta\",\"index\":");
  private static final byte[] DELTA_TYPE = ascii(",\"delta\":{\"type\":\"");
  private static final DeltaType[] DELTA_TYPES = DeltaType.values();
  private static final byte[] STOP = ascii("{\"type\":\"content_block_stop\",\"index\":");
  private static final byte[] START = ascii("{\"type\":\"content_block_start\",\"index\":");
  private static final byte[] TEXT_BLOCK =
      ascii(",\"content_block\":{\"type\":\"text\",\"text\":\"\"");
  private static final byte[] THINKING_BLOCK =
      ascii(",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"");
  private static final byte[] PING = ascii("{\"type\":\"ping\"");
  private static final byte[] SPACED_PING = ascii("{\"type\": \"ping\"");
  private static final byte[] MESSAGE_STOP = ascii("{\"type\":\"message_stop\"");

  private static final ContentBlock EMPTY_TEXT = new ContentBlock.Text("");
  private static final ContentBlock EMPTY_THINKING =
      ContentBlock.of(
          RawJson.parse("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"));
  private static final int NONE = -1;

  /** More digits may not fit an int; no message has that many blocks. */
  private static final int MAX_INDEX_DIGITS = 6;

  /** The deltas that are one string. */
  private enum DeltaType {
    TEXT("text_delta\",\"text\":\""),
    INPUT("input_json_delta\",\"partial_json\":\""),
    THINKING("thinking_delta\",\"thinking\":\""),
    SIGNATURE("signature_delta\",\"signature\":\"");

    @SuppressWarnings("ImmutableEnumChecker") // compared with, never written to
    private final byte[] start;

    DeltaType(String start) {
      this.start = ascii(start);
    }

    StreamEvent of(int index, String content) {
      return switch (this) {
        case TEXT -> new TextDelta(index, content);
        case INPUT -> new InputJsonDelta(index, content);
        case THINKING -> new ThinkingDelta(index, content);
        case SIGNATURE -> new SignatureDelta(index, content);
      };
    }
  }

  private final JsonStringBytes strings = new JsonStringBytes();

  /** How the last delta began, up to the string: the next one as a rule begins the same. */
  private byte[] prefix = {};

  private int prefixLength;
  private DeltaType prefixType = DeltaType.TEXT;
  private int prefixIndex;
  private byte[] bytes = {};
  private int at;
  private int end;

  /** The event, or null if it has to be read the long way. */
  @Nullable StreamEvent read(byte[] source, int from, int to) {
    bytes = source;
    at = from;
    end = to;
    if (prefixLength > 0 && isPrefixed()) {
      at += prefixLength;
      return delta(prefixIndex, prefixType);
    } else if (take(DELTA)) {
      return delta(from);
    } else if (take(STOP)) {
      int index = index();
      return index >= 0 && closes(1) ? new ContentBlockStop(index) : null;
    } else if (take(START)) {
      return blockStart();
    } else if (take(PING) || take(SPACED_PING)) {
      return closes(1) ? new Ping() : null;
    } else if (take(MESSAGE_STOP)) {
      return closes(1) ? new MessageStop() : null;
    }
    return null;
  }

  private boolean isPrefixed() {
    int to = at + prefixLength;
    return to <= end && Arrays.equals(bytes, at, to, prefix, 0, prefixLength);
  }

  private @Nullable StreamEvent delta(int from) {
    int index = index();
    if (index < 0 || !take(DELTA_TYPE)) {
      return null;
    }
    for (var type : DELTA_TYPES) {
      if (take(type.start)) {
        learn(from, index, type);
        return delta(index, type);
      }
    }
    return null;
  }

  private void learn(int from, int index, DeltaType type) {
    prefixLength = at - from;
    if (prefix.length < prefixLength) {
      prefix = new byte[prefixLength * 2];
    }
    System.arraycopy(bytes, from, prefix, 0, prefixLength);
    prefixIndex = index;
    prefixType = type;
  }

  private @Nullable StreamEvent delta(int index, DeltaType type) {
    String content = lastString();
    return content == null ? null : type.of(index, content);
  }

  private @Nullable StreamEvent blockStart() {
    int index = index();
    if (index < 0) {
      return null;
    } else if (take(TEXT_BLOCK)) {
      return closes(2) ? new ContentBlockStart(index, EMPTY_TEXT) : null;
    } else if (take(THINKING_BLOCK)) {
      return closes(2) ? new ContentBlockStart(index, EMPTY_THINKING) : null;
    }
    return null;
  }

  private boolean take(byte[] token) {
    int to = at + token.length;
    if (to > end || !Arrays.equals(bytes, at, to, token, 0, token.length)) {
      return false;
    }
    at = to;
    return true;
  }

  /** A number without sign or leading zero, or {@link #NONE}. */
  private int index() {
    int start = at;
    int index = 0;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - start < MAX_INDEX_DIGITS) {
      index = index * 10 + bytes[at] - '0';
      at++;
    }
    int digits = at - start;
    return digits == 0 || (digits > 1 && bytes[start] == '0') ? NONE : index;
  }

  /** The rest of a string whose opening quote was taken, if two braces and nothing else follow. */
  private @Nullable String lastString() {
    String text = strings.read(bytes, at, end);
    at = strings.end();
    return text != null && closes(2) ? text : null;
  }

  /** Whether the event ends here but for closing braces, with any blanks around them. */
  private boolean closes(int braces) {
    int left = braces;
    for (; at < end; at++) {
      byte c = bytes[at];
      if (c == '}' && left > 0) {
        left--;
      } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return false;
      }
    }
    return left == 0;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
