package dev.millrace.agent.tool;

import static dev.millrace.agent.tool.Turn.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallInFlightTest {
  /** Its thread may get no turn while others keep all processors busy. */
  @Test
  @Tag("G03")
  void doesNotBeginOnceItWasGivenUp() {
    var ran = new AtomicBoolean();
    var turn =
        Turn.of(
            tool(
                "a",
                context -> {
                  ran.set(true);
                  return null;
                }));
    var ready = (PreparedCall.Ready) turn.prepare().getFirst();
    var scope = new CallScope(Map.of(), "", CallingRun.NONE, CancelSignal.NEVER, CallWrapper.NONE);
    var call = new CallInFlight(ready, scope);
    var lost = new AtomicInteger(1);
    assertThat(call.abandon()).isTrue();
    call.start(lost);
    while (lost.get() > 0) {
      Thread.onSpinWait();
    }
    assertThat(ran).isFalse();
    assertThat(call.hasEnded()).isFalse();
  }
}
