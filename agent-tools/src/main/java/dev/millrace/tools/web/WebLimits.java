package dev.millrace.tools.web;

import java.time.Duration;

/**
 * What one call of {@code fetch} may cost and say.
 *
 * @param time how long a call may take, from the first look-up to the text; then it is aborted
 * @param connectTime how long one address may take to accept a connection
 * @param bodyBytes most bytes of a page, after decompression; the rest is left out and said so.
 *     Over the wire may come twice as many
 * @param redirects most redirects that are followed
 * @param resultCharacters most characters of a page in one result
 */
public record WebLimits(
    Duration time, Duration connectTime, int bodyBytes, int redirects, int resultCharacters) {

  /** 30 s, 10 s to connect, 4 MiB, 5 redirects, 60,000 characters. */
  public static final WebLimits DEFAULT =
      new WebLimits(Duration.ofSeconds(30), Duration.ofSeconds(10), 4 << 20, 5, 60_000);

  private static final int MAX_BODY = 64 << 20;

  public WebLimits {
    positive("time", time);
    positive("connectTime", connectTime);
    within("bodyBytes", bodyBytes, 1, MAX_BODY);
    within("redirects", redirects, 0, 20);
    within("resultCharacters", resultCharacters, 100, MAX_BODY);
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be between " + least + " and " + most + ", not " + value);
    }
  }
}
