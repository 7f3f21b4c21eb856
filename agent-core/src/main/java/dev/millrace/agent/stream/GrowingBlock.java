package dev.millrace.agent.stream;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.StreamEvent.CitationsDelta;
import dev.millrace.agent.stream.StreamEvent.InputJsonDelta;
import dev.millrace.agent.stream.StreamEvent.SignatureDelta;
import dev.millrace.agent.stream.StreamEvent.TextDelta;
import dev.millrace.agent.stream.StreamEvent.ThinkingDelta;
import dev.millrace.agent.stream.StreamEvent.UnknownDelta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One block of a growing message. */
final class GrowingBlock {
  private final int index;
  private final ContentBlock start;
  private final StringBuilder text = new StringBuilder();
  private final List<RawJson> citations = new ArrayList<>();
  private final List<RawJson> unknownDeltas = new ArrayList<>();
  private final @Nullable PartialJson input;
  private String signature = "";
  private boolean closed;

  GrowingBlock(int index, ContentBlock start) {
    this.index = index;
    this.start = start;
    this.input = start.type().endsWith("tool_use") ? new PartialJson() : null;
    switch (start) {
      case Text block -> text.append(block.text());
      case Thinking block -> {
        text.append(block.thinking());
        signature = block.signature();
      }
      default -> {}
    }
  }

  ContentBlock start() {
    return start;
  }

  @Nullable PartialJson input() {
    return input;
  }

  /** llama.cpp may start a block again that is open; what has come of it stays. */
  void startAgain(ContentBlock again) {
    boolean same =
        again.type().equals(start.type())
            && !(again instanceof ToolUse use
                && start instanceof ToolUse first
                && !use.id().equals(first.id()));
    if (!same) {
      throw new StreamException(
          "block " + index + " was started twice, as " + start.type() + " and as " + again.type());
    }
  }

  /** Takes a delta; returns how many characters it adds. */
  int grow(StreamEvent.Delta delta) {
    if (closed) {
      throw new StreamException("a delta came for block " + index + ", which was closed before");
    }
    return switch (delta) {
      case TextDelta(var i, var piece) when start instanceof Text -> append(piece);
      case ThinkingDelta(var i, var piece) when start instanceof Thinking -> append(piece);
      case SignatureDelta(var i, var whole) when start instanceof Thinking -> {
        signature = whole;
        yield whole.length();
      }
      case CitationsDelta(var i, var citation) when start instanceof Text -> {
        citations.add(citation);
        yield citation.text().length();
      }
      case InputJsonDelta(var i, var piece) when input != null -> {
        input.append(piece);
        yield piece.length();
      }
      case UnknownDelta(var i, var type, var json) -> {
        unknownDeltas.add(json);
        yield json.text().length();
      }
      default ->
          throw new StreamException(
              "a "
                  + delta.getClass().getSimpleName()
                  + " came for block "
                  + index
                  + ", which is of type "
                  + start.type());
    };
  }

  private int append(String piece) {
    text.append(piece);
    return piece.length();
  }

  void close() {
    closed = true;
  }

  /** The block as far as it came. */
  ContentBlock finished() {
    return switch (start) {
      case Text block ->
          new Text(text.toString(), citations.isEmpty() ? block.other() : cited(block));
      case Thinking block -> new Thinking(text.toString(), signature, unsigned(block));
      case ToolUse block -> finished(block);
      case Other block -> finished(block);
      default -> start;
    };
  }

  /** What else a thinking block started with: an empty signature gives way to the one that came. */
  private RawJson unsigned(Thinking block) {
    if (signature.isEmpty() || block.other().equals(RawJson.EMPTY_OBJECT)) {
      return block.other();
    }
    var members = block.other().members();
    members.remove("signature");
    return RawJson.object(members);
  }

  private RawJson cited(Text block) {
    var other = (ObjectNode) block.other().node();
    var list = other.path("citations").isArray() ? other.withArray("citations") : null;
    var all = list == null ? other.putArray("citations") : list;
    citations.forEach(citation -> all.add(citation.node()));
    return RawJson.of(other);
  }

  private ToolUse finished(ToolUse block) {
    if (input == null || input.text().isBlank()) {
      return call(block, block.input(), unclosed());
    }
    var written = input.complete();
    return switch (written) {
      case StrictJson.Whole(var json) when !block.input().equals(RawJson.EMPTY_OBJECT) ->
          call(block, json, "Not run: its input came twice, at the start and in pieces.");
      case StrictJson.Whole(var json) -> call(block, json, unclosed());
      case StrictJson.Refused(var fault, var repaired) ->
          call(
              block,
              repaired.orElse(RawJson.EMPTY_OBJECT),
              "Not run: the input is no valid JSON object: " + fault + ". Make the call again.");
    };
  }

  private static ToolUse call(ToolUse block, RawJson input, @Nullable String problem) {
    return new ToolUse(block.id(), block.name(), input, block.other(), problem);
  }

  private @Nullable String unclosed() {
    return closed
        ? null
        : "Not run: the call broke off before its block was closed. Call it again.";
  }

  /**
   * A server tool's input, and deltas of kinds we do not know: their members replace the block's.
   */
  private ContentBlock finished(Other block) {
    var written = input == null ? "" : input.text();
    if (written.isBlank() && unknownDeltas.isEmpty()) {
      return block;
    }
    var json = (ObjectNode) block.json().node();
    for (var delta : unknownDeltas) {
      var members = (ObjectNode) delta.node();
      members.remove("type");
      json.setAll(members);
    }
    if (!written.isBlank()) {
      json.set("input", inputOr(block, written).node());
    }
    return ContentBlock.of(RawJson.of(json));
  }

  /** A server tool's call that was cut off keeps the input it started with: we never run it. */
  private static RawJson inputOr(Other block, String written) {
    try {
      return RawJson.parseRepairing(written);
    } catch (InvalidJsonException e) {
      return block.json().node().has("input") ? block.json().member("input") : RawJson.EMPTY_OBJECT;
    }
  }
}
