package dev.millrace.tools.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.ToolFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Turns what the model wants changed into pieces of a content; all of it, or a failure. */
final class Edits {
  private static final int MOST = 100;

  /** A text, and what comes in its place. */
  record Edit(
      @JsonProperty("old_text")
          @Description("Text of the file that is replaced, exactly as it is; must be there once")
          String oldText,
      @JsonProperty("new_text") @Description("What comes in its place; empty to delete")
          String newText,
      @JsonProperty("replace_all") @Description("Replace it wherever it is; default false")
          Optional<Boolean> replaceAll) {}

  private Edits() {}

  /** The pieces, sorted; each edit looks at the content as it was before all edits. */
  static List<Replacement> of(byte[] content, List<Edit> edits, RelativePath path, Budget budget)
      throws ToolFailure {
    if (edits.isEmpty() || edits.size() > MOST) {
      throw new ToolFailure(
          "Nothing was written: edits must hold 1 to "
              + MOST
              + " edits, not "
              + edits.size()
              + ".");
    }
    var replacements = new ArrayList<Replacement>();
    for (int i = 0; i < edits.size(); i++) {
      if (!budget.hasTime()) {
        throw Unwritable.tooSlow(path);
      }
      replacements.addAll(of(content, edits.get(i), "edits[" + i + "]", path));
    }
    replacements.sort(Comparator.comparingInt(Replacement::start));
    refuseOverlaps(replacements, path);
    return replacements;
  }

  private static List<Replacement> of(byte[] content, Edit edit, String where, RelativePath path)
      throws ToolFailure {
    byte[] oldText = LineEnds.unix(Utf8.bytes(where + ".old_text", edit.oldText()));
    byte[] newText = LineEnds.unix(Utf8.bytes(where + ".new_text", edit.newText()));
    if (oldText.length == 0) {
      throw refused(
          path, where, "old_text is empty; give some text beside which yours shall stand");
    }
    if (java.util.Arrays.equals(oldText, newText)) {
      throw refused(path, where, "old_text and new_text are the same (line ends are kept)");
    }
    var occurrences = Occurrences.of(oldText, content);
    if (occurrences.count() == 0) {
      throw refused(path, where, missing(oldText, content));
    }
    if (edit.replaceAll().orElse(false)) {
      refuseTooMany(occurrences, where, path);
    } else if (occurrences.count() > 1) {
      throw refused(path, where, several(occurrences));
    }
    return occurrences.replacedBy(oldText, newText, content);
  }

  private static void refuseTooMany(Occurrences occurrences, String where, RelativePath path)
      throws ToolFailure {
    if (occurrences.count() > Occurrences.MOST) {
      var count = Shown.number(occurrences.count());
      var most = Shown.number(Occurrences.MOST);
      throw refused(path, where, "old_text is there " + count + " times, more than " + most);
    }
  }

  private static String several(Occurrences occurrences) {
    return "old_text is there "
        + Shown.number(occurrences.count())
        + " times, at lines "
        + occurrences.lines()
        + "; give more of what stands around the one that is meant, or set replace_all";
  }

  private static String missing(byte[] oldText, byte[] content) {
    var similar = Similar.lineOf(oldText, content);
    return similar.isEmpty()
        ? "old_text is not in the file; read it again and copy the text exactly, without the line"
            + " numbers and the tabs after them"
        : "old_text is not in the file, but at line "
            + Shown.number(similar.getAsLong())
            + " is the same text with other spaces, tabs or line breaks; copy it exactly from"
            + " read_file";
  }

  private static void refuseOverlaps(List<Replacement> sorted, RelativePath path)
      throws ToolFailure {
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).start() < sorted.get(i - 1).end()) {
        throw new ToolFailure(
            "\""
                + path
                + "\" was not written: two edits change the same text. Each edit is looked for in"
                + " the file as it was read; join the two into one.");
      }
    }
  }

  private static ToolFailure refused(RelativePath path, String where, String reason) {
    return new ToolFailure("\"" + path + "\" was not written: " + where + ": " + reason + ".");
  }
}
