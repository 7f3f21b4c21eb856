package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;
import org.jsoup.select.NodeTraversor;

/**
 * A page as text.
 *
 * @param isCut not all of it
 */
record HtmlPage(String text, boolean isCut) {
  private static final int MAX_DEPTH = 256;
  private static final int MAX_TAGS = 200_000;

  /**
   * The parser repeats formatting that was not closed, so that few tags can become many elements.
   */
  private static final int MAX_ELEMENTS = 400_000;

  private static final int MAX_TITLE = 500;

  static HtmlPage of(String html, WebAddress address, int most, Watch watch) throws ToolFailure {
    int end = endOfTags(html);
    var reader = new StringReader(html.substring(0, end));
    try (var parser = new StreamParser(Parser.htmlParser().setMaxDepth(MAX_DEPTH))) {
      parser.parse(new Watched(reader, watch), "");
      boolean isWhole = parseUpTo(MAX_ELEMENTS, parser.iterator(), watch);
      var text = new TextFlow(most);
      write(parser.document(), address, text);
      return new HtmlPage(text.toString(), end < html.length() || !isWhole || text.isFull());
    } catch (UncheckedIOException e) {
      throw watch.stopped();
    }
  }

  /** Where the first tags end that are few enough to be parsed. */
  private static int endOfTags(String html) {
    int tags = 0;
    for (int at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
      if (tags++ == MAX_TAGS) {
        return at;
      }
    }
    return html.length();
  }

  private static boolean parseUpTo(int most, Iterator<Element> elements, Watch watch)
      throws ToolFailure {
    for (int count = 0; elements.hasNext(); count++) {
      if (count == most) {
        return false;
      }
      elements.next();
      watch.check();
    }
    return true;
  }

  private static void write(Document document, WebAddress address, TextFlow text) {
    var base = document.selectFirst("base[href]");
    var links = Links.of(address, base == null ? "" : base.attr("href"));
    var title = document.selectFirst("head > title");
    if (title != null && !title.text().isBlank()) {
      text.words("Title: " + Shown.cut(title.text(), MAX_TITLE));
      text.end(2);
    }
    NodeTraversor.filter(new HtmlText(links, text), document.body());
  }

  /** Ends the parse when the call ends. */
  private static final class Watched extends Reader {
    private final Reader in;
    private final Watch watch;

    Watched(Reader in, Watch watch) {
      this.in = in;
      this.watch = watch;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      if (watch.isStopped()) {
        throw new IOException("the call ended");
      }
      return in.read(buffer, offset, length);
    }

    @Override
    public void close() {}
  }
}
