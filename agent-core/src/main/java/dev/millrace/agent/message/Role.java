package dev.millrace.agent.message;

import java.util.Locale;

/** Who says a message. */
public enum Role {
  USER,
  ASSISTANT,
  /** An instruction in mid-conversation; newer models only. */
  SYSTEM;

  /** The API's word for it. */
  public String value() {
    return name().toLowerCase(Locale.ROOT);
  }
}
