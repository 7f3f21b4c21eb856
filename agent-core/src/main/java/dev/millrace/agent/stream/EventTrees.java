package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.stream.StreamEvent.CitationsDelta;
import dev.millrace.agent.stream.StreamEvent.ContentBlockStart;
import dev.millrace.agent.stream.StreamEvent.ContentBlockStop;
import dev.millrace.agent.stream.StreamEvent.InputJsonDelta;
import dev.millrace.agent.stream.StreamEvent.MessageDelta;
import dev.millrace.agent.stream.StreamEvent.MessageStart;
import dev.millrace.agent.stream.StreamEvent.MessageStop;
import dev.millrace.agent.stream.StreamEvent.Ping;
import dev.millrace.agent.stream.StreamEvent.SignatureDelta;
import dev.millrace.agent.stream.StreamEvent.TextDelta;
import dev.millrace.agent.stream.StreamEvent.ThinkingDelta;
import dev.millrace.agent.stream.StreamEvent.Unknown;
import dev.millrace.agent.stream.StreamEvent.UnknownDelta;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One event read the long way, by a tree of its data: any event, in any form of JSON. */
final class EventTrees {
  private static final String ERROR = "error";
  private static final Set<String> OTHER_TYPES =
      Set.of(
          "message_start",
          "content_block_start",
          "content_block_delta",
          "content_block_stop",
          "message_delta",
          "message_stop",
          "ping");
  private static final int MAX_SHOWN = 200;
  private static final int MAX_ERROR_MESSAGE = 1_000;

  private final String name;
  private final String text;
  private final boolean isUtf8;

  EventTrees(String name, byte[] bytes, int from, int to) {
    this.name = name;
    this.text = new String(bytes, from, to - from, UTF_8);
    this.isUtf8 = text.indexOf('\uFFFD') < 0 || isUtf8(bytes, from, to);
  }

  private static boolean isUtf8(byte[] bytes, int from, int to) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  StreamEvent read() {
    try {
      return typed(new EventMembers(text));
    } catch (JacksonException e) {
      if (name.equals(ERROR)) {
        return new StreamEvent.Error("unknown", capped(text), RawJson.ofString(text));
      }
      throw new StreamException(unfit("expected JSON") + ": " + e.getOriginalMessage(), e);
    } catch (InvalidJsonException e) {
      throw new StreamException(unfit("expected JSON") + ": " + e.reason(), e);
    }
  }

  private StreamEvent typed(EventMembers event) {
    String type = event.string("type");
    if (isError(type, event)) {
      return error(event);
    }
    if (type.isEmpty()) {
      throw new StreamException(unfit("expected a JSON object with a string \"type\""));
    }
    if (!name.equals(type) && !name.equals(SseParser.UNNAMED)) {
      throw new StreamException(
          "an event named \"" + name + "\" came with data of type \"" + type + "\": " + shown());
    }
    return switch (type) {
      case "content_block_delta" -> delta(event);
      case "content_block_start" -> new ContentBlockStart(index(event), block(event));
      case "content_block_stop" -> new ContentBlockStop(index(event));
      case "message_start" -> messageStart(event);
      case "message_delta" ->
          new MessageDelta(event.object("delta"), event.object("usage"), event.whole());
      case "message_stop" -> new MessageStop();
      case "ping" -> new Ping();
      default -> new Unknown(type, event.whole());
    };
  }

  /** Compatible servers put the error object, or only its members, where the API has an event. */
  private boolean isError(String type, EventMembers event) {
    if (type.equals(ERROR)) {
      return name.equals(ERROR) || name.equals(SseParser.UNNAMED);
    }
    return name.equals(ERROR)
        ? !OTHER_TYPES.contains(type)
        : type.isEmpty() && event.isObject(ERROR);
  }

  private StreamEvent error(EventMembers event) {
    EventMembers error = event.isObject(ERROR) ? event.inner(ERROR) : event;
    String type = error.string("type");
    String message = error.string("message");
    return new StreamEvent.Error(
        type.isEmpty() || type.equals(ERROR) ? "unknown" : type,
        capped(message.isEmpty() ? text : message),
        event.whole());
  }

  private StreamEvent delta(EventMembers event) {
    int index = index(event);
    requireObject(event, "delta");
    EventMembers delta = event.inner("delta");
    String type = required(delta, "type");
    return switch (type) {
      case "text_delta" -> new TextDelta(index, required(delta, "text"));
      case "input_json_delta" ->
          new InputJsonDelta(index, flagged(required(delta, "partial_json")));
      case "thinking_delta" -> new ThinkingDelta(index, required(delta, "thinking"));
      case "signature_delta" -> new SignatureDelta(index, required(delta, "signature"));
      case "citations_delta" -> new CitationsDelta(index, citation(delta));
      default -> new UnknownDelta(index, type, delta.whole());
    };
  }

  /** Two lone surrogates for what was no UTF-8: the second can never become half of a pair. */
  private String flagged(String partialJson) {
    return isUtf8 ? partialJson : partialJson.replace("\uFFFD", "\uDFFF\uDFFF");
  }

  private RawJson citation(EventMembers delta) {
    requireObject(delta, "citation");
    return delta.object("citation");
  }

  private StreamEvent messageStart(EventMembers event) {
    requireObject(event, "message");
    EventMembers message = event.inner("message");
    return new MessageStart(
        message.string("id"),
        message.string("model"),
        Usage.of(message.object("usage")),
        message.whole());
  }

  private ContentBlock block(EventMembers event) {
    requireObject(event, "content_block");
    RawJson json = event.object("content_block");
    try {
      return ContentBlock.of(json);
    } catch (IllegalArgumentException e) {
      throw new StreamException(unfit("expected a content block") + ": " + e.getMessage(), e);
    }
  }

  private int index(EventMembers event) {
    String json = event.json("index");
    if (json.length() == 1 && Character.isDigit(json.charAt(0))) {
      return json.charAt(0) - '0';
    }
    JsonNode index = event.tree("index");
    if (!index.isIntegralNumber() || !index.canConvertToInt() || index.intValue() < 0) {
      throw new StreamException(unfit("expected an \"index\" of 0 or more"));
    }
    return index.intValue();
  }

  private void requireObject(EventMembers event, String member) {
    if (!event.isObject(member)) {
      throw new StreamException(unfit("expected an object \"" + member + "\""));
    }
  }

  private String required(EventMembers object, String member) {
    if (!object.isString(member)) {
      throw new StreamException(unfit("expected a string \"" + member + "\""));
    }
    return object.string(member);
  }

  private String unfit(String expected) {
    return expected + " in the data of a \"" + name + "\" event, but got " + shown();
  }

  /** The start of the data in one line. */
  private String shown() {
    String start = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    return start.replaceAll("\\p{Cntrl}", " ");
  }

  private static String capped(String message) {
    return message.length() > MAX_ERROR_MESSAGE
        ? message.substring(0, MAX_ERROR_MESSAGE) + "..."
        : message;
  }
}
