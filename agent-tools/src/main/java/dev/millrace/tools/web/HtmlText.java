package dev.millrace.tools.web;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/** Writes the elements of a page as text in the manner of Markdown. For one page. */
final class HtmlText implements NodeFilter {
  private static final Set<String> APART =
      Set.of("p", "blockquote", "table", "ul", "ol", "dl", "figure", "section", "article");
  private static final Set<String> HEADING = Set.of("h1", "h2", "h3", "h4", "h5", "h6", "pre");
  private static final Set<String> CELL = Set.of("td", "th");
  private static final int MAX_INDENT = 8;
  private static final int MAX_ALT = 500;

  private final Links links;
  private final TextFlow text;
  private final Deque<ListLevel> lists = new ArrayDeque<>();
  private final Deque<Optional<String>> open = new ArrayDeque<>();
  private int verbatim;

  /** A list that is open, with the number of its next item; 0 without numbers. */
  private static final class ListLevel {
    private int next;

    ListLevel(int next) {
      this.next = next;
    }
  }

  HtmlText(Links links, TextFlow text) {
    this.links = links;
    this.text = text;
  }

  @Override
  public FilterResult head(Node node, int depth) {
    if (text.isFull()) {
      return FilterResult.STOP;
    }
    if (node instanceof TextNode words) {
      if (verbatim > 0) {
        text.verbatim(words.getWholeText());
      } else {
        text.words(words.getWholeText());
      }
    } else if (node instanceof Element element) {
      if (Hidden.is(element)) {
        return FilterResult.SKIP_ENTIRELY;
      }
      begin(element);
    }
    return FilterResult.CONTINUE;
  }

  @Override
  public FilterResult tail(Node node, int depth) {
    if (node instanceof Element element) {
      end(element);
    }
    return FilterResult.CONTINUE;
  }

  private void begin(Element element) {
    apart(element);
    switch (element.normalName()) {
      case "h1", "h2", "h3", "h4", "h5", "h6" ->
          text.open("#".repeat(element.normalName().charAt(1) - '0') + " ");
      case "hr" -> text.verbatim("---");
      case "ul" -> lists.push(new ListLevel(0));
      case "ol" -> lists.push(new ListLevel(1));
      case "li" -> text.open(item());
      case "td", "th" -> cell(element);
      case "pre" -> {
        text.verbatim("```\n");
        verbatim++;
      }
      case "code" -> {
        if (verbatim == 0) {
          text.open("`");
        }
      }
      case "a" -> link(element.attr("href"));
      case "img" -> image(element.attr("alt"));
      default -> {}
    }
  }

  private void end(Element element) {
    switch (element.normalName()) {
      case "ul", "ol" -> lists.pop();
      case "pre" -> {
        verbatim--;
        text.close("\n```");
      }
      case "code" -> {
        if (verbatim == 0 && !text.takeBack("`")) {
          text.close("`");
        }
      }
      case "a" -> endOfLink();
      default -> {}
    }
    apart(element);
  }

  private void apart(Element element) {
    if (element.normalName().equals("br")) {
      text.end(1);
    } else if (APART.contains(element.normalName()) && lists.isEmpty()) {
      text.end(2);
    } else if (element.isBlock() && !CELL.contains(element.normalName())) {
      text.end(HEADING.contains(element.normalName()) ? 2 : 1);
    }
  }

  private String item() {
    var level = lists.isEmpty() ? new ListLevel(0) : lists.getFirst();
    int indent = Math.clamp(lists.size() - 1, 0, MAX_INDENT);
    return "  ".repeat(indent) + (level.next == 0 ? "- " : level.next++ + ". ");
  }

  private void cell(Element element) {
    if (element.previousElementSibling() != null) {
      text.close(" | ");
      text.open("");
    }
  }

  private void image(String alt) {
    if (!alt.isBlank()) {
      text.words("[image: " + Shown.cut(alt, MAX_ALT) + "]");
    }
  }

  private void link(String href) {
    var target = links.target(href);
    open.push(target);
    if (target.isPresent()) {
      text.open("[");
    }
  }

  private void endOfLink() {
    var target = open.pop();
    if (target.isPresent() && !text.takeBack("[")) {
      text.close("](" + target.get() + ")");
    }
  }
}
