package dev.millrace.agent.client;

import java.util.Set;

/**
 * A version of the API: a value of the {@code anthropic-version} header. What a version that
 * Millrace does not know refuses is left to the server.
 *
 * @param value the API's own word, a date
 */
public record ApiVersion(String value) {
  /** The default. It refuses {@code temperature}, {@code top_p} and {@code top_k}. */
  public static final ApiVersion V2026_10_21 = new ApiVersion("2026-10-21");

  /** The version before, still served, and what most compatible servers follow. */
  public static final ApiVersion V2023_06_01 = new ApiVersion("2023-06-01");

  private static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k");

  /**
   * A version of that name.
   *
   * @throws IllegalArgumentException when it is not a date such as {@code 2026-10-21}
   */
  public ApiVersion {
    if (!value.matches("\\d{4}-\\d{2}-\\d{2}")) {
      throw new IllegalArgumentException(
          "an API version is a date such as 2026-10-21, not \"" + value + "\"");
    }
  }

  /** The members of a request's body that this version answers with an error, whatever they say. */
  Set<String> refusedMembers() {
    return equals(V2026_10_21) ? SAMPLING : Set.of();
  }

  @Override
  public String toString() {
    return value;
  }
}
