package dev.millrace.examples;

import dev.millrace.examples.ask.AskCommand;
import dev.millrace.examples.ask.Shell;

/**
 * Asks a model about a folder, on the command line: a prompt in, streamed text out, each tool call
 * shown while its input grows. {@code --help} tells the rest.
 *
 * <pre>
 * java -jar agent-examples/target/agent-examples.jar describe this project
 * </pre>
 */
public final class Ask {
  private Ask() {}

  /** Ends the process with one of the codes that {@code --help} lists. */
  public static void main(String[] args) {
    System.exit(AskCommand.run(Shell.ofProcess(), args));
  }
}
