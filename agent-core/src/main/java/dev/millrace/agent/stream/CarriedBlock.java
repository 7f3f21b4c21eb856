package dev.millrace.agent.stream;

import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.StreamEvent.CitationsDelta;
import dev.millrace.agent.stream.StreamEvent.Delta;
import dev.millrace.agent.stream.StreamEvent.SignatureDelta;
import dev.millrace.agent.stream.StreamEvent.TextDelta;
import dev.millrace.agent.stream.StreamEvent.ThinkingDelta;
import dev.millrace.agent.stream.StreamEvent.UnknownDelta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A growing block that is only carried: one of a server's tools, or of a type that is not known. A
 * known kind of delta fits it if the block started with the member that this kind grows; the
 * members of an unknown kind replace the block's, as those of {@code compaction_delta} do.
 */
final class CarriedBlock {
  private final Other start;
  private final SequencedMap<String, RawJson> members;
  private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
  private final List<RawJson> citations = new ArrayList<>();

  CarriedBlock(Other start) {
    this.start = start;
    this.members = start.json().members();
  }

  /** Whether the block is a call, whose input arrives in pieces. */
  boolean hasInput() {
    return start.type().endsWith("tool_use") || members.containsKey("input");
  }

  /** Takes a delta; false when it does not fit. */
  boolean grow(Delta delta) {
    return switch (delta) {
      case TextDelta(var index, var piece) -> append("text", piece);
      case ThinkingDelta(var index, var piece) -> append("thinking", piece);
      case SignatureDelta(var index, var whole) -> {
        boolean fits = members.containsKey("signature") || members.containsKey("thinking");
        if (fits) {
          members.put("signature", RawJson.ofString(whole));
        }
        yield fits;
      }
      case CitationsDelta(var index, var citation) ->
          members.containsKey("citations") && citations.add(citation);
      case UnknownDelta(var index, var type, var json) -> {
        var replaced = json.members();
        replaced.remove("type");
        members.putAll(replaced);
        yield true;
      }
      default -> false;
    };
  }

  private boolean append(String member, String piece) {
    var before = members.get(member);
    if (before == null || !before.isString()) {
      return false;
    }
    texts
        .computeIfAbsent(member, name -> new StringBuilder(before.node().asString()))
        .append(piece);
    return true;
  }

  /**
   * The block as far as it came.
   *
   * @param input what was written of its input; one that is no JSON is left out, since the server
   *     runs the call and not we
   */
  Other finished(String input) {
    texts.forEach((member, text) -> members.put(member, RawJson.ofString(text.toString())));
    if (!citations.isEmpty()) {
      var before = members.get("citations");
      var all = new ArrayList<>(before != null && before.isArray() ? before.elements() : List.of());
      all.addAll(citations);
      members.put("citations", RawJson.array(all));
    }
    if (!input.isBlank()) {
      putInput(input);
    } else if (hasInput()) {
      members.putIfAbsent("input", RawJson.EMPTY_OBJECT);
    }
    return new Other(start.type(), RawJson.object(members));
  }

  private void putInput(String input) {
    try {
      members.put("input", RawJson.parseRepairing(input));
    } catch (InvalidJsonException e) {
      members.putIfAbsent("input", RawJson.EMPTY_OBJECT);
    }
  }
}
