package dev.millrace.agent.tool;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One running call: its thread, its cancel signal, its deadline, and what has come of it. */
final class CallInFlight implements ToolContext {
  private static final int MAX_PROGRESS = 65_536;
  private static final int MAX_TOLD = 1_024;
  private static final long TELL_AGAIN_MILLIS = 20;

  private final ToolUse started;
  private final CallScope scope;
  private final Cancellation cancellation = new Cancellation();
  private final long timeoutNanos;
  private final long startedAt = System.nanoTime();
  private volatile long endedAt;
  private final StringBuilder progress = new StringBuilder();
  private final LinkedBlockingQueue<Runnable> told = new LinkedBlockingQueue<>(MAX_TOLD);
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private volatile @Nullable Thread thread;
  private volatile @Nullable ToolOutput output;
  private volatile @Nullable Throwable thrown;
  private volatile Consumer<CallInFlight> news = call -> {};
  private PreparedCall.Ready call;
  private int position;
  private @Nullable Throwable stopFailure;

  private enum State {
    RUNNING,
    ENDED,
    ABANDONED
  }

  CallInFlight(PreparedCall.Ready call, CallScope scope) {
    this.started = call.use();
    this.call = call;
    this.scope = scope;
    this.timeoutNanos = nanos(call.tool().spec().traits().timeout());
  }

  /**
   * Gives the call to the turn that waits for it; what has come of it is to be looked at then.
   *
   * @param call the same call, perhaps under the id of a later attempt
   * @param position where the call stands among the calls of its turn
   * @param news told, on any thread, when there is progress to take or the call has ended
   */
  void attach(PreparedCall.Ready call, int position, Consumer<CallInFlight> news) {
    this.call = call;
    this.position = position;
    this.news = news;
  }

  /** The nanoseconds of a duration, however long it is. */
  static long nanos(Duration timeout) {
    return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0
        ? timeout.toNanos()
        : Long.MAX_VALUE;
  }

  PreparedCall.Ready call() {
    return call;
  }

  int position() {
    return position;
  }

  /**
   * Runs the tool on a virtual thread of its own.
   *
   * @param lostThreads counted down when the tool ends after it was given up
   */
  void start(AtomicInteger lostThreads) {
    var tool = call.tool().tool();
    var input = call.input();
    try {
      thread =
          Thread.ofVirtual()
              .name("tool " + started.name())
              .start(() -> run(tool, input, lostThreads));
    } catch (RuntimeException | Error e) {
      thrown = e;
      endedAt = System.nanoTime();
      state.set(State.ENDED);
      news.accept(this);
    }
  }

  /** Allocates nothing after the tool has ended: it must not fail where memory has run out. */
  private void run(Tool tool, JsonNode input, AtomicInteger lostThreads) {
    try {
      // A call that was given up before its thread got a turn must not begin any more.
      if (state.get() == State.RUNNING) {
        output = scope.wrapper().call(started, () -> tool.call(input, this));
      }
    } catch (Throwable e) {
      thrown = e;
    }
    endedAt = System.nanoTime();
    if (state.compareAndSet(State.RUNNING, State.ENDED)) {
      news.accept(this);
    } else {
      lostThreads.decrementAndGet();
    }
  }

  /** Whether the tool has returned or thrown; then {@link #output} and {@link #thrown} are set. */
  boolean hasEnded() {
    return state.get() == State.ENDED;
  }

  @Nullable ToolOutput output() {
    return output;
  }

  @Nullable Throwable thrown() {
    return thrown;
  }

  /** Gives the call up; false when it has ended already. */
  boolean abandon() {
    return state.compareAndSet(State.RUNNING, State.ABANDONED);
  }

  /** Tells the tool to stop, by its signal and by an interrupt; what its actions throw is kept. */
  void stop() {
    try {
      cancellation.cancel();
    } catch (RuntimeException | Error e) {
      stopFailure = e;
    }
    var running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  /** What the tool's own cancel actions threw. */
  @Nullable Throwable stopFailure() {
    return stopFailure;
  }

  Duration took() {
    return Duration.ofNanos((hasEnded() ? endedAt : System.nanoTime()) - startedAt);
  }

  /** Nanoseconds until the call's time is up; 0 or negative when it is. */
  long nanosLeft() {
    return timeoutNanos - (System.nanoTime() - startedAt);
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
      first = progress.isEmpty() && !text.isEmpty() && state.get() == State.RUNNING;
      int room = MAX_PROGRESS - progress.length();
      progress.append(text, 0, Math.min(room, text.length()));
    }
    if (first) {
      news.accept(this);
    }
  }

  /** What was to be done on the run's thread since the last call of this method. */
  List<Runnable> takeTold() {
    var taken = new ArrayList<Runnable>();
    told.drainTo(taken);
    return taken;
  }

  @Override
  public void tell(Runnable news) {
    try {
      while (state.get() == State.RUNNING && !cancellation.isCancelled()) {
        if (told.offer(news, TELL_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
          this.news.accept(this);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the tool is to stop, and to see why
    }
  }

  @Override
  public String toolUseId() {
    return started.id();
  }

  @Override
  public String idempotencyKey() {
    return scope.idempotencyKey(started.id());
  }

  @Override
  public CancelSignal cancelSignal() {
    return cancellation;
  }

  @Override
  public Map<String, Object> attributes() {
    return scope.attributes();
  }

  @Override
  public CallingRun run() {
    return scope.run();
  }
}
