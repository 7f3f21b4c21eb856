package dev.millrace.tools.web;

import dev.millrace.agent.tool.Tool;

/**
 * The web tool: {@code fetch}, which reads one page as text.
 *
 * <pre>{@code
 * var runner = AgentRunner.builder(client, model)
 *     .tools(Toolbox.of(WebTools.fetch()))
 *     .build();
 * }</pre>
 *
 * <p>Only public addresses are reached: a name is looked up once for each request, all its
 * addresses are checked, and the connection goes to a checked address, with TLS checked against the
 * name. So nothing of this host, its network or its cloud answers, whatever the name servers and
 * redirects say. The model chooses the URL alone; there are no cookies, credentials or proxies.
 *
 * <p>Two things remain for the caller. A URL can carry what the model knows to whoever runs the
 * server: {@link WebAccess#onlyHosts} closes that way, and {@link WebAccess#withSecrets} keeps
 * known secrets in. And what a page says may mislead the model: it is marked as data, which is a
 * reduction and no guarantee, so that tools with effects should ask a person once a page was read.
 *
 * <p>The tool is immutable, thread-safe, and marked read-only.
 */
public final class WebTools {
  private WebTools() {}

  /** The tool, with {@link WebAccess#PUBLIC} and {@link WebLimits#DEFAULT}. */
  public static Tool fetch() {
    return fetch(WebAccess.PUBLIC);
  }

  /** The tool for these hosts and ports, with {@link WebLimits#DEFAULT}. */
  public static Tool fetch(WebAccess access) {
    return fetch(access, WebLimits.DEFAULT);
  }

  /** The tool for these hosts and ports, with these limits. */
  public static Tool fetch(WebAccess access, WebLimits limits) {
    return new Fetch(access, limits, Network.SYSTEM).tool();
  }
}
