package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An answer as text.
 *
 * @param kind what it was: media type, charset and size
 * @param notes what was left out or changed
 */
record Page(String text, String kind, List<String> notes) {
  private static final Pattern HTML = Pattern.compile("(?is)\\s*<(!doctype html|html)[\\s>].*");
  private static final int BEGINNING = 200;

  static Page of(Answer answer, WebLimits limits, Watch watch) throws ToolFailure {
    refuseBinary(answer);
    var decoded = Charsets.decode(answer.body(), answer.type());
    boolean isHtml =
        answer.type().isHtml()
            || (answer.type().isUnknown()
                && HTML.matcher(Shown.cut(decoded.text(), BEGINNING)).matches());
    var page =
        isHtml
            ? HtmlPage.of(decoded.text(), answer.address(), limits.bodyBytes(), watch)
            : new HtmlPage(decoded.text(), false);
    var visible = VisibleText.of(page.text());
    var kind =
        "%s, %s, %s"
            .formatted(answer.type(), decoded.charset().name(), Shown.bytes(answer.body().length));
    return new Page(visible.text(), kind, notes(answer, decoded, page, visible));
  }

  private static void refuseBinary(Answer answer) throws ToolFailure {
    boolean mayHoldNul = Charsets.isWide(answer.body(), answer.type());
    var binary = Kind.ofBinary(answer.body(), mayHoldNul);
    if (binary.isPresent()) {
      throw new ToolFailure(
          "%s is %s (%s, declared as %s), and only text is read."
              .formatted(
                  answer.address(),
                  binary.get(),
                  Shown.bytes(answer.body().length) + (answer.isCut() ? " or more" : ""),
                  answer.type()));
    }
  }

  private static List<String> notes(
      Answer answer, Charsets.Decoded decoded, HtmlPage page, VisibleText visible) {
    var notes = new ArrayList<String>();
    if (answer.isCut()) {
      notes.add(
          "the page goes on; only its first " + Shown.bytes(answer.body().length) + " are here");
    }
    if (page.isCut()) {
      notes.add("the page has more elements or text than are taken; its end is left out");
    }
    decoded
        .unknown()
        .ifPresent(name ->
            notes.add("the charset " + Shown.quoted(name) + " is not read; shown as UTF-8"));
    if (visible.removed() > 0) {
      notes.add(
          Shown.count(visible.removed(), "invisible character was", "invisible characters were")
              + " removed");
    }
    if (visible.garbled() > 0) {
      notes.add(
          Shown.count(visible.garbled(), "byte sequence is", "byte sequences are")
              + " no text in that charset and shown as \uFFFD");
    }
    return notes;
  }
}
