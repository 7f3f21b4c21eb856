package dev.millrace.agent.tool;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Other;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes tool results that the API accepts of whatever tools return and throw. */
record ToolResults(int maxCharacters) {
  private static final int MAX_BLOCKS = 1_000;

  /** Of all blocks but text; a whole request may have 32 MB. */
  private static final int MAX_OTHER_CHARACTERS = 16 * 1024 * 1024;

  private static final int MAX_MESSAGE = 4_096;
  private static final Set<String> OWN_RECORDS = Set.of("text", "image", "document");
  private static final Set<String> OTHERS =
      Set.of("search_result", "tool_reference", "browser_state");
  private static final Pattern API_KEY = Pattern.compile("sk-ant-[A-Za-z0-9_-]+");

  /** The result of a call whose tool returned; one that returned null had nothing to say. */
  ToolResult of(ToolUse use, @Nullable ToolOutput output) {
    return result(use, output == null ? List.of() : output.content(), false);
  }

  /** The result with a note before it, if there is one. */
  static ToolResult noted(ToolResult result, String note) {
    if (note.isEmpty()) {
      return result;
    }
    var content = new ArrayList<ContentBlock>();
    content.add(new Text(note));
    content.addAll(result.content());
    return new ToolResult(result.toolUseId(), content, result.isError(), result.other());
  }

  /** The result of a call whose tool threw. */
  ToolResult of(ToolUse use, Throwable thrown) {
    return thrown instanceof ToolFailure failure
        ? result(use, failure.content(), true)
        : error(use, "The tool failed: " + describe(thrown));
  }

  ToolResult error(ToolUse use, String text) {
    return result(use, List.of(new Text(text)), true);
  }

  private ToolResult result(ToolUse use, List<ContentBlock> content, boolean isError) {
    for (var block : content) {
      if (!isAllowed(block)) {
        return error(
            use,
            "The tool returned a block of type \"" + block.type() + "\", which no result holds.");
      }
    }
    var fitted = fit(content, isError);
    if (fitted.isEmpty()) {
      fitted.add(new Text(isError ? "The tool failed and said nothing." : "(no output)"));
    }
    return new ToolResult(use.id(), fitted, isError, toolset(use));
  }

  private static boolean isAllowed(ContentBlock block) {
    return (block instanceof Other ? OTHERS : OWN_RECORDS).contains(block.type());
  }

  /** A toolset's member is answered with the toolset's name, as the API asks. */
  private static RawJson toolset(ToolUse use) {
    if (!use.other().text().contains("\"toolset_name\"")) {
      return RawJson.EMPTY_OBJECT;
    }
    var toolset = use.other().members().get("toolset_name");
    return toolset == null ? RawJson.EMPTY_OBJECT : RawJson.object(Map.of("toolset_name", toolset));
  }

  private List<ContentBlock> fit(List<ContentBlock> content, boolean isError) {
    var fitted = new ArrayList<ContentBlock>();
    long left = maxCharacters;
    long othersLeft = MAX_OTHER_CHARACTERS;
    long unseen = 0;
    for (var block : content.subList(0, Math.min(content.size(), MAX_BLOCKS))) {
      if (block instanceof Text text) {
        if (!text.text().isBlank() && left > 0) {
          fitted.add(text.text().length() <= left ? text : new Text(cut(text.text(), (int) left)));
          left -= text.text().length();
        } else if (left <= 0) {
          unseen += text.text().length();
        }
      } else if (isError) {
        fitted.add(new Text("[" + block.type() + " left out: a failure is told in text only]"));
      } else {
        othersLeft -= block.json().text().length();
        fitted.add(
            othersLeft >= 0 ? block : new Text("[" + block.type() + " left out: it is too large]"));
      }
    }
    if (unseen > 0) {
      fitted.add(new Text("[" + unseen + " more characters were cut off]"));
    }
    if (content.size() > MAX_BLOCKS) {
      fitted.add(new Text("[" + (content.size() - MAX_BLOCKS) + " more blocks were cut off]"));
    }
    return fitted;
  }

  /** Keeps three quarters of the room for the head and one for the tail, and no half characters. */
  private static String cut(String text, int room) {
    int head = room - room / 4;
    int tail = text.length() - room / 4;
    head -= Character.isHighSurrogate(text.charAt(head - 1)) ? 1 : 0;
    tail += tail < text.length() && Character.isLowSurrogate(text.charAt(tail)) ? 1 : 0;
    return text.substring(0, head)
        + "\n[... "
        + (tail - head)
        + " characters were cut out here ...]\n"
        + text.substring(tail);
  }

  /** What was thrown, by its message alone: no stack trace, no API key. */
  static String describe(Throwable thrown) {
    String message;
    try {
      message = thrown.getMessage();
    } catch (RuntimeException e) {
      message = null; // an exception whose message fails still has a name
    }
    if (message == null || message.isBlank()) {
      return thrown.getClass().getName();
    }
    var safe = API_KEY.matcher(message).replaceAll("sk-ant-***");
    return safe.length() <= MAX_MESSAGE ? safe : safe.substring(0, MAX_MESSAGE) + "...";
  }
}
