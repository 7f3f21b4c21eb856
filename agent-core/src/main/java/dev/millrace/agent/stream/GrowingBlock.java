package dev.millrace.agent.stream;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.Thinking;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.StreamEvent.CitationsDelta;
import dev.millrace.agent.stream.StreamEvent.Delta;
import dev.millrace.agent.stream.StreamEvent.InputJsonDelta;
import dev.millrace.agent.stream.StreamEvent.SignatureDelta;
import dev.millrace.agent.stream.StreamEvent.TextDelta;
import dev.millrace.agent.stream.StreamEvent.ThinkingDelta;
import dev.millrace.agent.stream.StreamEvent.UnknownDelta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One block of a growing message. */
final class GrowingBlock {
  private final int index;
  private final ContentBlock start;
  private final StringBuilder text = new StringBuilder();
  private final List<RawJson> citations = new ArrayList<>();
  private final @Nullable CarriedBlock carried;
  private final @Nullable PartialJson input;
  private String signature = "";
  private boolean closed;

  GrowingBlock(int index, ContentBlock start) {
    this.index = index;
    this.start = start instanceof Other other ? completed(other) : start;
    this.carried = this.start instanceof Other other ? new CarriedBlock(other) : null;
    this.input =
        this.start instanceof ToolUse || carried != null && carried.hasInput()
            ? new PartialJson()
            : null;
    switch (this.start) {
      case Text block -> text.append(block.text());
      case Thinking block -> {
        text.append(block.thinking());
        signature = block.signature();
      }
      default -> {}
    }
  }

  /** Compatible servers leave out what is empty at the start. */
  private static ContentBlock completed(Other start) {
    var members = start.json().members();
    switch (start.type()) {
      case "text" -> members.putIfAbsent("text", RawJson.ofString(""));
      case "thinking" -> members.putIfAbsent("thinking", RawJson.ofString(""));
      case "tool_use" -> members.remove("input", RawJson.parse("null"));
      default -> {
        return start;
      }
    }
    return ContentBlock.of(RawJson.object(members));
  }

  int index() {
    return index;
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
    if (!same || closed) {
      throw new StreamException(
          "block "
              + index
              + " was started twice, as "
              + start.type()
              + " and as "
              + again.type()
              + (closed ? " after it was closed" : ""));
    }
  }

  /** Takes a delta; returns how many characters it adds. */
  int grow(Delta delta) {
    if (closed) {
      throw new StreamException("a delta came for block " + index + ", which was closed before");
    }
    return switch (delta) {
      case InputJsonDelta(var i, var piece) when input != null -> {
        input.append(piece);
        yield piece.length();
      }
      case Delta any when carried != null && carried.grow(any) -> length(any);
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
      case UnknownDelta unknown -> 0;
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

  private static int length(Delta delta) {
    return switch (delta) {
      case TextDelta(var i, var piece) -> piece.length();
      case ThinkingDelta(var i, var piece) -> piece.length();
      case InputJsonDelta(var i, var piece) -> piece.length();
      case SignatureDelta(var i, var whole) -> whole.length();
      case CitationsDelta(var i, var citation) -> citation.text().length();
      case UnknownDelta(var i, var type, var json) -> json.text().length();
    };
  }

  private int append(String piece) {
    text.append(piece);
    return piece.length();
  }

  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** The block as far as it came. */
  ContentBlock finished() {
    if (carried != null) {
      return carried.finished(input == null ? "" : input.text());
    }
    return switch (start) {
      case Text block ->
          new Text(text.toString(), citations.isEmpty() ? block.other() : cited(block));
      case Thinking block -> thinking(block);
      case ToolUse block -> call(block);
      default -> start;
    };
  }

  private RawJson cited(Text block) {
    var before = block.other().members().get("citations");
    var all = new ArrayList<>(before != null && before.isArray() ? before.elements() : List.of());
    all.addAll(citations);
    return block.other().with("citations", RawJson.array(all));
  }

  private Thinking thinking(Thinking block) {
    var other = block.other().members();
    if (!signature.isEmpty()) {
      other.remove("signature"); // an empty one, from the start
    }
    return new Thinking(text.toString(), signature, RawJson.object(other));
  }

  private ToolUse call(ToolUse block) {
    boolean inPieces = input != null && !input.isBlank();
    boolean atStart = !block.input().equals(RawJson.EMPTY_OBJECT);
    var written =
        input != null && inPieces ? input.complete() : StrictJson.parse(block.input().text());
    return switch (written) {
      case StrictJson.Whole(var json) when inPieces && atStart ->
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
}
