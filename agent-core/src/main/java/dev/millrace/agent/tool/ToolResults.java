package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.BindingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes tool results that the API accepts of whatever tools return and throw. */
record ToolResults(int maxCharacters) {
  private static final int MAX_BLOCKS = 1_000;
  private static final int MAX_MESSAGE = 4_096;
  private static final Set<String> ALLOWED =
      Set.of("text", "image", "document", "search_result", "tool_reference");

  /** The result of a call whose tool returned; one that returned null had nothing to say. */
  ToolResult of(ToolUse use, @Nullable ToolOutput output) {
    if (output == null) {
      return result(use, List.of(), false);
    }
    for (var block : output.content()) {
      if (!ALLOWED.contains(block.type())) {
        return error(
            use,
            "The tool returned a block of type \"" + block.type() + "\", which no result holds.");
      }
    }
    return result(use, output.content(), false);
  }

  /** The result of a call whose tool threw. */
  ToolResult of(ToolUse use, Throwable thrown) {
    return switch (thrown) {
      case ToolFailure failure -> result(use, failure.content(), true);
      case BindingException e ->
          error(use, "Not run: the input is refused.\n" + e.violation() + "\nCall it again.");
      default -> error(use, "The tool failed: " + describe(thrown));
    };
  }

  ToolResult error(ToolUse use, String text) {
    return result(use, List.of(new Text(text)), true);
  }

  private ToolResult result(ToolUse use, List<ContentBlock> content, boolean isError) {
    var fitted = fit(content);
    if (fitted.isEmpty()) {
      fitted.add(new Text(isError ? "The tool failed and said nothing." : "(no output)"));
    }
    return new ToolResult(use.id(), fitted, isError, toolset(use));
  }

  /** A toolset's member is answered with the toolset's name, as the API asks. */
  private static RawJson toolset(ToolUse use) {
    if (use.other().equals(RawJson.EMPTY_OBJECT) || !use.other().node().has("toolset_name")) {
      return RawJson.EMPTY_OBJECT;
    }
    return RawJson.object(Map.of("toolset_name", use.other().member("toolset_name")));
  }

  private List<ContentBlock> fit(List<ContentBlock> content) {
    var fitted = new ArrayList<ContentBlock>();
    int left = maxCharacters;
    for (var block : content.subList(0, Math.min(content.size(), MAX_BLOCKS))) {
      if (!(block instanceof Text text)) {
        fitted.add(block);
      } else if (!text.text().isBlank()) {
        fitted.add(text.text().length() <= left ? text : new Text(cut(text.text(), left)));
        left = Math.max(0, left - text.text().length());
      }
    }
    if (content.size() > MAX_BLOCKS) {
      fitted.add(new Text("[" + (content.size() - MAX_BLOCKS) + " more blocks were cut off]"));
    }
    return fitted;
  }

  /** Keeps three quarters of the room for the head and one for the tail. */
  private static String cut(String text, int room) {
    int tail = room / 4;
    int head = room - tail;
    return text.substring(0, head)
        + "\n[... "
        + (text.length() - room)
        + " characters were cut out here ...]\n"
        + text.substring(text.length() - tail);
  }

  private static String describe(Throwable thrown) {
    var message = thrown.getMessage();
    if (message == null || message.isBlank()) {
      return thrown.getClass().getSimpleName();
    }
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
  }
}
