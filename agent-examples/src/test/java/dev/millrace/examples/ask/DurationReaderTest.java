package dev.millrace.examples.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationReaderTest {
  @ParameterizedTest
  @CsvSource({
    "30s, 30000",
    "500ms, 500",
    "2m, 120000",
    "1h, 3600000",
    "45, 45000",
    "0.5, 500",
    "1.5m, 90000"
  })
  void readsDurations(String text, long millis) {
    assertThat(new DurationReader().convert(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "0ms", "0.5ms", "-1s", "1d", "s", "1 s", "1e3", "99999999999s", "NaN"})
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> new DurationReader().convert(text)).hasMessageContaining("30s");
  }
}
