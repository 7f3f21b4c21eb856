package dev.millrace.agent.client;

import java.util.Locale;

/** How much work the model puts into an answer ({@code output_config.effort}). */
public enum Effort {
  LOW,
  MEDIUM,
  HIGH,
  XHIGH,
  MAX;

  /** The API's word for it. */
  public String value() {
    return name().toLowerCase(Locale.ROOT);
  }
}
