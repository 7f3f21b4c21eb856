package dev.millrace.examples.server;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The chat service with its page, for one user, on loopback. */
public final class ChatService implements AutoCloseable {
  private static final Quota.Limits LIMITS = new Quota.Limits(1_024, 6_000, BigDecimal.valueOf(20));

  private final Server server;
  private final Principal user;

  private ChatService(Server server, Principal user) {
    this.server = server;
    this.user = user;
  }

  /**
   * Starts to serve.
   *
   * @param sessions where conversations are kept
   * @param port 0 for any that is free
   */
  public static ChatService start(Runs runs, Path sessions, int port) {
    var user = new Principal("me", Token.random());
    var metrics = new Metrics();
    var conversations = new Conversations(runs, sessions, LIMITS);
    metrics.telemetry().feeds(conversations.feeds());
    var loopback = InetAddress.getLoopbackAddress();
    return new ChatService(
        Server.start(loopback, port, Set.of(), List.of(user), conversations, metrics), user);
  }

  /** The page's address, with the key to it. */
  public String link() {
    return server.origin() + "/#token=" + user.token().reveal();
  }

  @Override
  public void close() {
    server.close();
  }
}
