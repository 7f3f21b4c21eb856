package dev.millrace.agent.tool;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the calls of one turn, batch after batch. The tools' threads put what happens into a
 * mailbox; the run's own thread takes it out, so that the observer is called on that thread only.
 */
final class TurnOfCalls {
  private final ToolLimits limits;
  private final AtomicInteger lostThreads;
  private final Map<String, Object> attributes;
  private final ToolObserver observer;
  private final CancelSignal cancel;
  private final ToolResults results;
  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
  private final List<CallInFlight> inFlight = new ArrayList<>();
  private final List<@Nullable ToolResult> finished = new ArrayList<>();
  private @Nullable Throwable fatal;
  private boolean interrupted;

  TurnOfCalls(
      ToolLimits limits,
      AtomicInteger lostThreads,
      Map<String, Object> attributes,
      ToolObserver observer,
      CancelSignal cancel) {
    this.limits = limits;
    this.lostThreads = lostThreads;
    this.attributes = attributes;
    this.observer = observer;
    this.cancel = cancel;
    this.results = new ToolResults(limits.resultCharacters());
  }

  void run(List<PreparedCall> batch) {
    try (var registration = cancel.onCancel(() -> mailbox.add(() -> {}))) {
      for (var call : batch) {
        begin(call);
      }
      while (!inFlight.isEmpty() && !isStopping()) {
        handle(take(nanosToNextDeadline()));
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

  private boolean isStopping() {
    return fatal != null || interrupted || cancel.isCancelled();
  }

  private void begin(PreparedCall call) {
    int position = finished.size();
    finished.add(null);
    switch (call) {
      case PreparedCall.Refused refused -> finish(position, refused.result(), call, Duration.ZERO);
      case PreparedCall.Paused paused -> throw new IllegalStateException("paused: " + paused.use());
      case PreparedCall.Ready ready -> {
        if (isStopping()) {
          refuse(position, call, "Not run: the run was cancelled before this call started.");
        } else if (lostThreads.get() >= limits.lostThreads()) {
          refuse(position, call, "Not run: too many earlier calls are still running.");
          fatal = tooManyLostThreads();
        } else {
          start(ready, position);
        }
      }
    }
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

  private void start(PreparedCall.Ready ready, int position) {
    var call = new CallInFlight(ready, position, attributes, mailbox::add, this::tellProgress);
    inFlight.add(call);
    observe(() -> observer.started(ready.use()));
    call.start(() -> body(call));
  }

  /** On the tool's own thread. */
  private void body(CallInFlight call) {
    var use = call.call().use();
    ToolResult result;
    Throwable broken = null;
    try {
      result = results.of(use, call.call().tool().tool().call(call.call().input(), call));
    } catch (Throwable e) {
      // Whatever a tool throws is told to the model; a broken virtual machine ends the run too.
      result = call.cancelSignal().isCancelled() ? cancelled(use) : results.of(use, e);
      broken = e instanceof VirtualMachineError && !(e instanceof StackOverflowError) ? e : null;
    }
    if (call.done()) {
      var done = new CallInFlight.Finished(call, result, broken);
      mailbox.add(() -> settle(done));
    } else {
      lostThreads.decrementAndGet();
    }
  }

  private ToolResult cancelled(ToolUse use) {
    return results.error(
        use,
        "Cancelled while it was running, and it stopped. Whether it had an effect is not known.");
  }

  private void settle(CallInFlight.Finished done) {
    inFlight.remove(done.call());
    tellProgress(done.call());
    if (done.fatal() != null) {
      fatal = done.fatal();
    }
    finish(done.call().position(), done.result(), done.call().call(), done.call().took());
  }

  private void tellProgress(CallInFlight call) {
    var text = call.takeProgress();
    if (!text.isEmpty()) {
      observe(() -> observer.progressed(call.call().use(), text));
    }
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
      if (fatal == null) {
        fatal = e;
      } else if (fatal != e) {
        fatal.addSuppressed(e);
      }
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
    inFlight.forEach(call -> observe(call::stop));
    long deadline = System.nanoTime() + limits.cancelGrace().toNanos();
    while (!inFlight.isEmpty() && System.nanoTime() < deadline) {
      handle(take(deadline - System.nanoTime()));
    }
    for (var call : List.copyOf(inFlight)) {
      abandon(
          call,
          "Cancelled while it was running. It was told to stop but may still be running; whether it"
              + " had an effect is not known.");
    }
    while (!inFlight.isEmpty()) {
      handle(take(Long.MAX_VALUE));
    }
  }

  /** Goes on without a call that does not end; one that has just ended is settled as usual. */
  private void abandon(CallInFlight call, String text) {
    if (call.abandon()) {
      lostThreads.incrementAndGet();
      inFlight.remove(call);
      observe(call::stop);
      finish(call.position(), results.error(call.call().use(), text), call.call(), call.took());
    }
  }

  private long nanosToNextDeadline() {
    return inFlight.stream().mapToLong(CallInFlight::nanosLeft).min().orElse(0);
  }

  private @Nullable Runnable take(long nanos) {
    try {
      return mailbox.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
      return null;
    }
  }

  private static void handle(@Nullable Runnable happening) {
    if (happening != null) {
      happening.run();
    }
  }
}
