package dev.millrace.examples.chat;

import dev.millrace.examples.terminal.Printable;
import java.time.Duration;
import org.jline.terminal.Terminal;

/**
 * The terminal. All that is written goes through here, so that a spinner never mixes with text: it
 * stands on a line of its own and is wiped before anything is written. Thread-safe.
 */
final class Screen implements AutoCloseable {
  private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  private static final Duration FRAME = Duration.ofMillis(100);

  private final Terminal terminal;
  private final Thread spinning;
  private String busyWith = "";
  private long busySince;
  private int frame;
  private boolean isSpinnerShown;
  private boolean atLineStart = true;

  Screen(Terminal terminal) {
    this.terminal = terminal;
    this.spinning = Thread.ofVirtual().name("spinner").start(this::spin);
  }

  Terminal terminal() {
    return terminal;
  }

  /** How many characters fit on a line beside so many others. */
  int room(int others) {
    return Math.max(20, terminal.getSize().getColumns() - others);
  }

  boolean hasColours() {
    return !terminal.getType().startsWith(Terminal.TYPE_DUMB);
  }

  /** Goes on with the last line. */
  synchronized void print(String printable) {
    if (!printable.isEmpty()) {
      wipe();
      terminal.writer().write(printable.replace("\n", System.lineSeparator()));
      terminal.flush();
      atLineStart = printable.endsWith("\n");
    }
  }

  /** A line of its own. */
  synchronized void line(String printable) {
    newLine();
    print(printable + "\n");
  }

  /** Ends the last line, if anything stands on it. */
  synchronized void newLine() {
    if (!atLineStart) {
      print("\n");
    }
  }

  /** Shows that something goes on, until {@link #idle()}. */
  synchronized void busy(String with) {
    busyWith = Printable.line(with, room(20));
    busySince = System.nanoTime();
  }

  /** Nothing goes on any more. */
  synchronized void idle() {
    busyWith = "";
    wipe();
  }

  private void spin() {
    try {
      while (true) {
        Thread.sleep(FRAME);
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the screen is closed
    }
  }

  private synchronized void turn() {
    if (busyWith.isEmpty() || !atLineStart || !hasColours()) {
      return;
    }
    wipe();
    var seconds = Duration.ofNanos(System.nanoTime() - busySince).toSeconds();
    var text = FRAMES[frame++ % FRAMES.length] + " " + busyWith + " " + seconds + " s";
    terminal.writer().write(Style.DIM.of(text, this));
    terminal.flush();
    isSpinnerShown = true;
  }

  private void wipe() {
    if (isSpinnerShown) {
      terminal.writer().write("\r\u001b[K");
      isSpinnerShown = false;
    }
  }

  @Override
  public void close() {
    spinning.interrupt();
    idle();
  }
}
