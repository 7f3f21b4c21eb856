package dev.millrace.examples.ask;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What the command stands on.
 *
 * @param environment its variables
 * @param in standard input
 * @param out standard output; unbuffered, and it fails when nobody reads it any more
 * @param err standard error
 * @param directory the current directory
 * @param isTerminal whether a person reads along; takes time to find out
 * @param interrupts tells of Ctrl-C
 */
public record Shell(
    Map<String, String> environment,
    InputStream in,
    OutputStream out,
    PrintStream err,
    Path directory,
    BooleanSupplier isTerminal,
    Interrupts interrupts) {

  /** That of this process. */
  public static Shell ofProcess() {
    return new Shell(
        System.getenv(),
        System.in,
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Path.of("").toAbsolutePath(),
        Shell::hasTerminal,
        new ShutdownHook());
  }

  /** Since JDK 22 there is a console without a terminal too, and a method that tells which. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean hasTerminal() {
    var console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true; // before JDK 22 a console is a terminal
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
