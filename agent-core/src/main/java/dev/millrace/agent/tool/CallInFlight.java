package dev.millrace.agent.tool;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One running call: its thread, its cancel signal, its deadline and what it told last. */
final class CallInFlight implements ToolContext {
  private static final int MAX_PROGRESS = 65_536;

  private final PreparedCall.Ready call;
  private final int position;
  private final Map<String, Object> attributes;
  private final Consumer<Runnable> mailbox;
  private final Consumer<CallInFlight> onProgress;
  private final Cancellation cancellation = new Cancellation();
  private final long startedAt = System.nanoTime();
  private final StringBuilder progress = new StringBuilder();
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private volatile @Nullable Thread thread;

  private enum State {
    RUNNING,
    DONE,
    ABANDONED
  }

  CallInFlight(
      PreparedCall.Ready call,
      int position,
      Map<String, Object> attributes,
      Consumer<Runnable> mailbox,
      Consumer<CallInFlight> onProgress) {
    this.call = call;
    this.position = position;
    this.attributes = attributes;
    this.mailbox = mailbox;
    this.onProgress = onProgress;
  }

  PreparedCall.Ready call() {
    return call;
  }

  /** Where the call stands among the calls of its turn. */
  int position() {
    return position;
  }

  void start(Runnable body) {
    thread = Thread.ofVirtual().name("tool " + call.tool().spec().name()).start(body);
  }

  /** The tool has returned; false when the call was given up before. */
  boolean done() {
    return state.compareAndSet(State.RUNNING, State.DONE);
  }

  /** Gives the call up; false when the tool has returned already. */
  boolean abandon() {
    return state.compareAndSet(State.RUNNING, State.ABANDONED);
  }

  /** Tells the tool to stop, by its signal and by an interrupt. */
  void stop() {
    cancellation.cancel();
    var running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  Duration took() {
    return Duration.ofNanos(System.nanoTime() - startedAt);
  }

  /** Nanoseconds until the call's time is up; negative when it is. */
  long nanosLeft() {
    return startedAt + call.tool().spec().traits().timeout().toNanos() - System.nanoTime();
  }

  /** What was told since the last call of this method. */
  String takeProgress() {
    synchronized (progress) {
      var text = progress.toString();
      progress.setLength(0);
      return text;
    }
  }

  @Override
  public void progress(String text) {
    boolean first;
    synchronized (progress) {
      first = progress.isEmpty() && !text.isEmpty();
      int room = MAX_PROGRESS - progress.length();
      progress.append(text, 0, Math.min(room, text.length()));
    }
    if (first) {
      mailbox.accept(() -> onProgress.accept(this));
    }
  }

  @Override
  public String toolUseId() {
    return call.use().id();
  }

  @Override
  public String idempotencyKey() {
    return call.use().id();
  }

  @Override
  public CancelSignal cancelSignal() {
    return cancellation;
  }

  @Override
  public Map<String, Object> attributes() {
    return attributes;
  }

  /** A finished call. */
  record Finished(CallInFlight call, ToolResult result, @Nullable Throwable fatal) {}
}
