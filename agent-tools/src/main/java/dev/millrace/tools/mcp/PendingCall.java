package dev.millrace.tools.mcp;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request that somebody waits for. Thread-safe. */
final class PendingCall {
  private final Optional<Consumer<String>> progress;
  private final AtomicReference<@Nullable Fault> fault = new AtomicReference<>();
  private volatile @Nullable String id;
  private volatile Transport.Sent sent = () -> {};

  /**
   * A request that was not sent yet.
   *
   * @param progress told what the server says in between, which it is asked to
   */
  PendingCall(Optional<Consumer<String>> progress) {
    this.progress = progress;
  }

  /** The protocol's id of it; null until it was sent. */
  @Nullable String id() {
    return id;
  }

  void begin(String id) {
    this.id = id;
  }

  /** What closing it gives up. */
  void sent(Transport.Sent sent) {
    this.sent = sent;
  }

  boolean wantsProgress() {
    return progress.isPresent();
  }

  void progressed(String text) {
    progress.ifPresent(listener -> listener.accept(text));
  }

  /** Says why there is no answer; false when that was said already. */
  boolean fail(Fault why) {
    return fault.compareAndSet(null, why);
  }

  /** Why there is no answer; null when nobody said. */
  @Nullable Fault fault() {
    return fault.get();
  }

  /** Lets go of what it held. */
  void end() {
    sent.close();
  }
}
