package dev.millrace.agent.session;

import java.io.IOException;
import java.nio.file.Path;

/** Opens a session in a process of its own and holds it until its input ends. */
final class SessionProcess {
  private SessionProcess() {}

  /** The folder and the id; says {@code holds} and how many messages, or what the problem is. */
  public static void main(String[] arguments) throws IOException {
    var store = FileSessionStore.in(Path.of(arguments[0]));
    try (var session = Session.open(store, arguments[1])) {
      System.out.println("messages " + session.transcript().messages().size());
      System.out.println("repairs " + session.repairs());
      System.out.println("holds");
      while (System.in.read() >= 0) {
        // until whoever started this is gone
      }
    } catch (SessionException e) {
      System.out.println(e.problem() + ": " + e.getMessage());
    }
  }
}
