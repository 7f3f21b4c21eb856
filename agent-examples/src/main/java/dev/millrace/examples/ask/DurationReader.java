package dev.millrace.examples.ask;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 30s}, {@code 500ms}, {@code 2m}, {@code 1h}, or a plain number of seconds. */
final class DurationReader implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|)");
  private static final Map<String, Integer> MILLIS = Map.of("ms", 1, "m", 60_000, "h", 3_600_000);
  private static final int SECOND = 1_000;

  @Override
  public Duration convert(String text) {
    var form = FORM.matcher(text.strip());
    if (form.matches()) {
      var millis =
          new BigDecimal(form.group(1))
              .multiply(new BigDecimal(MILLIS.getOrDefault(form.group(2), SECOND)));
      if (millis.longValue() > 0) {
        return Duration.ofMillis(millis.longValue());
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is no positive duration such as 30s, 500ms, 2m or 45 (seconds)");
  }
}
