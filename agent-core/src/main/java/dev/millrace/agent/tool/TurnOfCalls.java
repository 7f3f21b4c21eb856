package dev.millrace.agent.tool;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the calls of one turn, batch after batch. The tools' threads put into a mailbox that there
 * is news; the run's own thread takes it out, so that the observer is called on that thread only.
 * Should news be lost because memory ran out, it is found at the call's deadline.
 */
final class TurnOfCalls {
  private static final String NOT_RUN = "Not run";
  private static final String NOT_STARTED =
      NOT_RUN + ": the run was cancelled before this call started.";

  private final ToolLimits limits;
  private final AtomicInteger lostThreads;
  private final CallScope scope;
  private final EarlyCalls early;
  private final ToolObserver observer;
  private final CancelSignal cancel;
  private final ToolResults results;
  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
  private final Set<CallInFlight> inFlight = new LinkedHashSet<>();
  private final List<@Nullable ToolResult> finished = new ArrayList<>();
  private @Nullable Throwable fatal;
  private boolean interrupted;

  TurnOfCalls(
      ToolLimits limits,
      AtomicInteger lostThreads,
      CallScope scope,
      EarlyCalls early,
      ToolObserver observer) {
    this.limits = limits;
    this.lostThreads = lostThreads;
    this.scope = scope;
    this.early = early;
    this.observer = observer;
    this.cancel = scope.cancel();
    this.results = new ToolResults(limits.resultCharacters());
  }

  void run(List<PreparedCall> batch) {
    try (var registration = cancel.onCancel(() -> mailbox.add(() -> {}))) {
      for (var call : batch) {
        begin(call);
      }
      while (!inFlight.isEmpty() && !isStopping()) {
        take(nanosToNextDeadline());
        expire();
      }
      if (!inFlight.isEmpty()) {
        stopAll();
      }
    }
  }

  ToolCalls.Outcome outcome() {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new ToolCalls.Outcome(List.copyOf(finished), fatal);
  }

  /** An interrupt is remembered here and set again at the end. */
  private boolean isStopping() {
    interrupted |= Thread.interrupted();
    return fatal != null || interrupted || cancel.isCancelled();
  }

  private void begin(PreparedCall call) {
    int position = finished.size();
    finished.add(null);
    switch (call) {
      case PreparedCall.Refused refused -> finish(position, honest(refused), call, Duration.ZERO);
      case PreparedCall.Paused paused -> throw new IllegalStateException("paused: " + paused.use());
      case PreparedCall.Ready ready -> begin(ready, position);
    }
  }

  /** A call may turn out to be refused when it has started, as the first of two with one id. */
  private ToolResult honest(PreparedCall.Refused call) {
    var text = call.result().text();
    return early.started(List.of(call.use())).isEmpty() || !text.startsWith(NOT_RUN)
        ? call.result()
        : results.error(
            call.use(),
            "Its result is dropped"
                + text.substring(NOT_RUN.length())
                + " It had started before the message was whole; whether it had an effect is not"
                + " known.");
  }

  /** A call that was started early runs or ran already, so that it is never told it did not. */
  private void begin(PreparedCall.Ready call, int position) {
    var begun = early.take(call.use());
    if (begun.isPresent()) {
      observe(() -> observer.started(call.use()));
      follow(begun.get(), call, position);
      mailbox.add(() -> look(begun.get()));
    } else if (isStopping()) {
      refuse(position, call, NOT_STARTED);
    } else if (lostThreads.get() > limits.lostThreads()) {
      refuse(position, call, "Not run: too many earlier calls are still running.");
      fail(tooManyLostThreads());
    } else {
      observe(() -> observer.started(call.use()));
      if (isStopping()) {
        refuse(position, call, NOT_STARTED);
      } else {
        var started = new CallInFlight(call, scope);
        follow(started, call, position);
        started.start(lostThreads);
      }
    }
  }

  private void follow(CallInFlight call, PreparedCall.Ready ready, int position) {
    call.attach(ready, position, told -> mailbox.add(() -> look(told)));
    inFlight.add(call);
  }

  private void refuse(int position, PreparedCall call, String text) {
    finish(position, results.error(call.use(), text), call, Duration.ZERO);
  }

  private IllegalStateException tooManyLostThreads() {
    return new IllegalStateException(
        lostThreads.get()
            + " tool calls outlived their timeouts and still run; no more are started. Make the"
            + " tools obey interrupts, or raise ToolLimits.lostThreads");
  }

  /** Looks at what has come of a call; nothing does once it has its result. */
  private void look(CallInFlight call) {
    if (!inFlight.contains(call)) {
      return;
    }
    // Asked before the progress is taken, so that none comes between the two and is lost.
    boolean ended = call.hasEnded();
    var progress = call.takeProgress();
    if (!progress.isEmpty()) {
      observe(() -> observer.progressed(call.call().use(), progress));
    }
    call.takeTold().forEach(this::observe);
    if (ended) {
      settle(call);
    }
  }

  private void settle(CallInFlight call) {
    inFlight.remove(call);
    var thrown = call.thrown();
    // Whatever a tool throws is told to the model; a broken virtual machine ends the run too.
    if (thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError)) {
      fail(thrown);
    }
    var result = ToolResults.noted(result(call, thrown), call.call().note());
    finish(call.position(), result, call.call(), call.took());
  }

  private ToolResult result(CallInFlight call, @Nullable Throwable thrown) {
    var use = call.call().use();
    if (thrown == null) {
      return results.of(use, call.output());
    }
    return call.cancelSignal().isCancelled()
        ? results.error(
            use,
            "Cancelled while it was running, and it stopped. Whether it had an effect is not known."
                + stopTrouble(call))
        : results.of(use, thrown);
  }

  private static String stopTrouble(CallInFlight call) {
    var failure = call.stopFailure();
    return failure == null ? "" : " Telling it to stop failed: " + ToolResults.describe(failure);
  }

  private void finish(int position, ToolResult result, PreparedCall call, Duration took) {
    finished.set(position, result);
    observe(() -> observer.finished(call.use(), result, took));
  }

  /** An observer that throws ends the run, once the calls that still run were told to stop. */
  private void observe(Runnable notification) {
    try {
      notification.run();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // a throwable cannot be suppressed by itself
  private void fail(Throwable cause) {
    if (fatal == null) {
      fatal = cause;
    } else if (fatal != cause) {
      fatal.addSuppressed(cause);
    }
  }

  private void expire() {
    for (var call : List.copyOf(inFlight)) {
      if (call.nanosLeft() <= 0) {
        var timeout = call.call().tool().spec().traits().timeout();
        abandon(
            call,
            "Timed out after "
                + timeout.toString().substring(2).toLowerCase(Locale.ROOT)
                + ". It was told to stop but may still be running; whether it had an effect is not"
                + " known.");
      }
    }
  }

  private void stopAll() {
    // What has ended by itself was not stopped, and must not be told so.
    List.copyOf(inFlight).forEach(this::look);
    inFlight.forEach(CallInFlight::stop);
    long start = System.nanoTime();
    long grace = CallInFlight.nanos(limits.cancelGrace());
    for (long left = grace; !inFlight.isEmpty() && left > 0; ) {
      take(left);
      left = grace - (System.nanoTime() - start);
    }
    for (var call : List.copyOf(inFlight)) {
      abandon(
          call,
          "Cancelled while it was running. It was told to stop but may still be running; whether it"
              + " had an effect is not known.");
    }
  }

  /** Goes on without a call that does not end; one that has just ended is settled as usual. */
  private void abandon(CallInFlight call, String text) {
    if (call.abandon()) {
      lostThreads.incrementAndGet();
      inFlight.remove(call);
      call.stop();
      var result = results.error(call.call().use(), text + stopTrouble(call));
      finish(call.position(), result, call.call(), call.took());
    } else {
      look(call);
    }
  }

  private long nanosToNextDeadline() {
    long least = Long.MAX_VALUE;
    for (var call : inFlight) {
      least = Math.min(least, call.nanosLeft());
    }
    return least;
  }

  /** Handles the next news, if any comes in time. */
  private void take(long nanos) {
    try {
      var happening = mailbox.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      if (happening != null) {
        happening.run();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
  }
}
