package dev.millrace.tools.mcp;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a server to what it listed when it was connected. When it says that its list has changed,
 * the next call of any of its tools reads it again first. Thread-safe.
 */
final class Approvals {
  private static final Logger LOG = LoggerFactory.getLogger(Approvals.class);

  private final Session session;
  private final McpLimits limits;
  private final Map<String, String> approved;
  private final ReentrantLock lock = new ReentrantLock();
  private Map<String, String> offered;

  /**
   * Approvals of what is offered now.
   *
   * @param approved pins by the server's names of its tools
   */
  Approvals(Session session, McpLimits limits, Map<String, String> approved) {
    this.session = session;
    this.limits = limits;
    this.approved = Map.copyOf(approved);
    this.offered = this.approved;
  }

  /**
   * Lets a call pass when its tool is what it was.
   *
   * @throws ToolFailure when it is not
   * @throws IOException when that cannot be found out
   */
  void check(String tool, Wait wait) throws ToolFailure, IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      readAgainIfChanged(wait);
      var now = offered.get(tool);
      if (now == null) {
        throw new ToolFailure(session.named("does not offer this tool any more. Do without it."));
      }
      if (!now.equals(approved.get(tool))) {
        throw new ToolFailure(
            session.named(
                "has changed this tool's description since it was approved, so it is not called."
                    + " Do without it; the operator must look at it first."));
      }
    } finally {
      lock.unlock();
    }
  }

  private void readAgainIfChanged(Wait wait) throws IOException, InterruptedException {
    if (!session.takeListChanged()) {
      return;
    }
    try {
      offered = Offers.read(session, limits, wait).pins();
    } catch (IOException | InterruptedException | RuntimeException e) {
      session.markListChanged();
      throw e;
    }
    var changed =
        approved.entrySet().stream()
            .filter(tool -> !tool.getValue().equals(offered.get(tool.getKey())))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (!changed.isEmpty()) {
      LOG.warn(
          "{}",
          session.named("changed tools that were approved, which are held back: ")
              + Shown.text(changed.toString(), 1_000));
    }
  }
}
