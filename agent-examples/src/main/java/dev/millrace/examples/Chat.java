package dev.millrace.examples;

import dev.millrace.examples.chat.ChatCommand;

/**
 * An agent at the terminal that works in a folder: it reads, edits with approval, and runs commands
 * in a sandbox. Without a key a script plays the model, in a folder made for it:
 *
 * <pre>
 * java -cp agent-examples/target/agent-examples.jar dev.millrace.examples.Chat
 * </pre>
 */
public final class Chat {
  private Chat() {}

  /** Ends the process with 0, or 1 for wrong usage. */
  public static void main(String[] args) {
    System.exit(ChatCommand.run(args));
  }
}
