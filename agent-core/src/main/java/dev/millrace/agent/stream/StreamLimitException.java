package dev.millrace.agent.stream;

/** A stream sent more than a cap allows; reading cannot go on and the stream must be aborted. */
public final class StreamLimitException extends StreamException {
  private static final long serialVersionUID = 1L;

  private final String setting;
  private final long cap;

  StreamLimitException(String what, String setting, long cap) {
    this(what, "bytes", setting, cap);
  }

  StreamLimitException(String what, String unit, String setting, long cap) {
    super(
        what
            + " is longer than "
            + cap
            + " "
            + unit
            + "; the stream was given up. Raise "
            + setting
            + " if answers of this size are expected.");
    this.setting = setting;
    this.cap = cap;
  }

  /** The name of the setting that holds the cap, such as {@code maxLine}. */
  public String setting() {
    return setting;
  }

  /** The cap that was exceeded, in bytes or in what the message says. */
  public long cap() {
    return cap;
  }
}
