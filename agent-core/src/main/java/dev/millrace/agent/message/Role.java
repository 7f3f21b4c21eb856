package dev.millrace.agent.message;

import java.util.Locale;

/** Who says a message. */
public enum Role {
  /** A person, or the program that speaks for one; results of tools too. */
  USER,
  /** The model. */
  ASSISTANT,
  /** An instruction in mid-conversation; newer models only. */
  SYSTEM;

  /** The API's word for it. */
  public String value() {
    return name().toLowerCase(Locale.ROOT);
  }
}
