package dev.millrace.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.client.ApiTimeoutException.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The clocks, on virtual time: the watch is told what time it is. */
class WatchTest {
  private final AtomicInteger cancels = new AtomicInteger();
  private long now;

  private Watch watch(CancelSignal cancel) {
    var watch = new Watch(new Watchdog(() -> now, "unused"), Timeouts.DEFAULT, now, cancel);
    watch.guard(() -> {
      cancels.incrementAndGet();
      return true;
    });
    return watch;
  }

  private Watch answered() {
    var watch = watch(CancelSignal.NEVER);
    watch.sending();
    watch.check(now);
    watch.answered();
    watch.check(now);
    return watch;
  }

  /** Lets time pass in steps as the watchdog sees it. */
  private void pass(Watch watch, Duration time) {
    long end = now + time.toNanos();
    while (now < end) {
      now = Math.min(end, now + Duration.ofMillis(500).toNanos());
      watch.check(now);
    }
  }

  /** A stream from which one byte can be read, under this watch, while time passes. */
  private InputStream slow(Watch watch, Duration time) {
    return watch.watched(
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            pass(watch, time);
            return 1;
          }
        });
  }

  private static void assertExpired(Watch watch, Clock clock) {
    assertThat(watch.stop()).contains(new Watch.Stop.Expired(clock));
  }

  @Test
  @Tag("E05")
  void waitsForTheFirstByteFromTheMomentTheRequestIsSent() {
    var watch = watch(CancelSignal.NEVER);
    pass(watch, Duration.ofMinutes(5));
    watch.sending();
    pass(watch, Duration.ofSeconds(119));
    assertThat(watch.stop()).isEmpty();
    pass(watch, Duration.ofSeconds(3));
    assertExpired(watch, Clock.FIRST_BYTE);
    assertThat(cancels).hasValue(1);
  }

  @Test
  @Tag("E02")
  void endsASilenceAtItsLimit() throws IOException {
    var watch = answered();
    slow(watch, Duration.ofSeconds(89)).read();
    assertThat(watch.stop()).isEmpty();
    slow(watch, Duration.ofSeconds(92)).read();
    assertExpired(watch, Clock.IDLE);
  }

  @Test
  @Tag("A08")
  @Tag("E03")
  void letsAThinkingModelPingForFourMinutesButNotForEver() throws IOException {
    var watch = answered();
    for (int ping = 0; ping < 4 * 12; ping++) {
      slow(watch, Duration.ofSeconds(5)).read();
    }
    assertThat(watch.stop()).isEmpty();
    watch.progressed();
    for (int ping = 0; ping < 59; ping++) {
      slow(watch, Duration.ofSeconds(5)).read();
    }
    assertThat(watch.stop()).isEmpty();
    for (int ping = 0; ping < 3; ping++) {
      slow(watch, Duration.ofSeconds(5)).read();
    }
    assertExpired(watch, Clock.PROGRESS);
  }

  @Test
  @Tag("E06")
  void letsAHealthyStreamRunForQuarterOfAnHour() throws IOException {
    var watch = answered();
    for (int event = 0; event < 15 * 60; event++) {
      slow(watch, Duration.ofSeconds(1)).read();
      watch.progressed();
    }
    assertThat(watch.stop()).isEmpty();
  }

  @Test
  @Tag("E04")
  void endsADripAtTheTurnsLimit() throws IOException {
    var watch = answered();
    for (int drip = 0; drip < 179; drip++) {
      slow(watch, Duration.ofSeconds(10)).read();
      watch.progressed();
    }
    assertThat(watch.stop()).isEmpty();
    slow(watch, Duration.ofSeconds(11)).read();
    assertExpired(watch, Clock.TURN);
  }

  @Test
  @Tag("I04")
  void doesNotBlameTheServerForASlowListener() throws IOException {
    var watch = answered();
    slow(watch, Duration.ofSeconds(1)).read();
    pass(watch, Duration.ofMinutes(20));
    assertThat(watch.stop()).isEmpty();
    slow(watch, Duration.ofSeconds(80)).read();
    assertThat(watch.stop()).isEmpty();
  }

  @Test
  void stopsNoClockThatIsSwitchedOff() throws IOException {
    var off = Timeouts.OFF;
    var timeouts = new Timeouts(off, off, off, off, off);
    var watch = new Watch(new Watchdog(() -> now, "unused"), timeouts, now, CancelSignal.NEVER);
    watch.sending();
    pass(watch, Duration.ofHours(1));
    watch.answered();
    slow(watch, Duration.ofDays(1)).read();
    assertThat(watch.stop()).isEmpty();
  }

  @Test
  void cancelsItsWorkOnceForTheFirstReason() {
    var cancel = new Cancellation();
    var watch = watch(cancel);
    cancel.cancel();
    watch.stop(new Watch.Stop.Closed());
    assertThat(watch.stop()).contains(new Watch.Stop.Cancelled());
    assertThat(cancels).hasValue(1);
    watch.guard(() -> {
      cancels.addAndGet(10);
      return true;
    });
    assertThat(cancels).hasValue(11);
  }

  @Test
  void forgetsTheSignalWhenItIsClosed() {
    var cancel = new Cancellation();
    var watch = watch(cancel);
    watch.close();
    cancel.cancel();
    assertThat(cancels).hasValue(0);
  }

  @Test
  void seesAnInterruptOfTheThreadThatStreams() throws InterruptedException {
    var watch = new Watch[1];
    var thread =
        Thread.ofPlatform()
            .start(() -> {
              watch[0] = watch(CancelSignal.NEVER);
              Thread.currentThread().interrupt();
              watch[0].check(now);
            });
    thread.join();
    assertThat(watch[0].stop()).contains(new Watch.Stop.Interrupted());
  }

  @Test
  void readsTheSameBytes() throws IOException {
    var in = answered().watched(new ByteArrayInputStream(new byte[] {1, (byte) 0xFF}));
    assertThat(in.read()).isEqualTo(1);
    assertThat(in.read()).isEqualTo(0xFF);
    assertThat(in.read()).isEqualTo(-1);
  }
}
