package dev.millrace.agent.cancel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {
  private final Cancellation cancellation = new Cancellation();
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsEachActionOnceAndInOrder() {
    cancellation.onCancel(() -> ran.add("a"));
    cancellation.onCancel(() -> ran.add("b"));
    assertThat(cancellation.isCancelled()).isFalse();
    cancellation.cancel();
    cancellation.cancel();
    assertThat(cancellation.isCancelled()).isTrue();
    assertThat(ran).containsExactly("a", "b");
  }

  @Test
  void runsAnActionAtOnceWhenItHasComeAlready() {
    cancellation.cancel();
    try (var registration = cancellation.onCancel(() -> ran.add("late"))) {
      assertThat(ran).containsExactly("late");
    }
  }

  @Test
  void forgetsActionsThatWereTakenBack() {
    Runnable action = () -> ran.add("x");
    var first = cancellation.onCancel(action);
    cancellation.onCancel(action);
    first.close();
    first.close();
    cancellation.cancel();
    assertThat(ran).containsExactly("x");
  }

  @Test
  void runsAllActionsAlthoughSomeThrowAndThenTells() {
    cancellation.onCancel(() -> {
      throw new IllegalStateException("one");
    });
    cancellation.onCancel(() -> ran.add("between"));
    cancellation.onCancel(() -> {
      throw new IllegalStateException("two");
    });
    assertThatThrownBy(cancellation::cancel)
        .hasMessage("one")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("two"));
    assertThat(ran).containsExactly("between");
    cancellation.cancel();
  }

  @Test
  void isSetBeforeItsActionsRunAndMayBeUsedInThem() {
    cancellation.onCancel(() -> {
      ran.add("cancelled: " + cancellation.isCancelled());
      cancellation.onCancel(() -> ran.add("nested"));
    });
    cancellation.cancel();
    assertThat(ran).containsExactly("cancelled: true", "nested");
  }

  /** Whichever comes first, the action runs exactly once. */
  @Test
  void losesNoActionInARace() throws InterruptedException {
    for (int round = 0; round < 500; round++) {
      var racing = new Cancellation();
      var runs = new AtomicInteger();
      var start = new CountDownLatch(1);
      var registrar =
          Thread.ofVirtual()
              .start(() -> {
                await(start);
                racing.onCancel(runs::incrementAndGet);
              });
      var canceller =
          Thread.ofVirtual()
              .start(() -> {
                await(start);
                racing.cancel();
              });
      start.countDown();
      registrar.join();
      canceller.join();
      assertThat(runs).hasValue(1);
    }
  }

  @Test
  void mayNeverCome() {
    try (var registration = CancelSignal.NEVER.onCancel(() -> ran.add("never"))) {
      assertThat(CancelSignal.NEVER.isCancelled()).isFalse();
    }
    assertThat(ran).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
