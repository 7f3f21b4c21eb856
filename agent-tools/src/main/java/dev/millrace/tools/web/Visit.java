package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolContext;
import dev.millrace.agent.tool.ToolFailure;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from a URL over its redirects to an answer; each hop goes the whole {@link Connector}.
 */
record Visit(Connector connector, WebLimits limits) {

  /**
   * The last answer.
   *
   * @param from the addresses that led there; empty without redirects
   */
  record Arrival(Answer answer, List<WebAddress> from) {}

  Arrival go(WebAddress first, Watch watch, ToolContext context) throws ToolFailure {
    var from = new ArrayList<WebAddress>();
    for (var target = first; ; ) {
      context.progress("GET " + target + "\n");
      var answer = ask(target, watch);
      if (answer.location().isEmpty()) {
        return new Arrival(answer, List.copyOf(from));
      }
      from.add(target);
      target = next(answer, from);
    }
  }

  private Answer ask(WebAddress target, Watch watch) throws ToolFailure {
    try (var connection = connector.connect(target, watch)) {
      return new Exchange(target, limits).run(connection, watch);
    }
  }

  private WebAddress next(Answer answer, List<WebAddress> from) throws ToolFailure {
    var here = answer.address();
    if (from.size() > limits.redirects()) {
      throw refused(here, "it redirects, and " + limits.redirects() + " redirects were followed");
    }
    var next = here.resolve(answer.location());
    if (from.contains(next)) {
      throw refused(here, "it redirects in a circle, to " + Shown.quoted(next.toString()));
    }
    if (here.isSecure() && !next.isSecure()) {
      throw refused(here, "it redirects from https to http, to " + Shown.quoted(next.toString()));
    }
    return next;
  }

  private static ToolFailure refused(WebAddress here, String reason) {
    return new ToolFailure(here + " was not followed: " + reason + ".");
  }
}
