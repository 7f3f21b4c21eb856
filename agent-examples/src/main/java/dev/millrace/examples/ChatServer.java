package dev.millrace.examples;

import dev.millrace.examples.server.ServerCommand;

/**
 * A chat service with a page: an agent that works in a folder, in the browser. It prints a link;
 * whoever has that link may use it. Without a key a script plays the model, in a folder made for
 * it:
 *
 * <pre>
 * java -cp agent-examples/target/agent-examples.jar dev.millrace.examples.ChatServer
 * </pre>
 */
public final class ChatServer {
  private ChatServer() {}

  /** Serves until it is told to end; else ends the process with 1 for wrong usage. */
  public static void main(String[] args) {
    int code = ServerCommand.run(System.getenv(), System.out, args);
    if (code != 0) {
      System.exit(code);
    }
  }
}
