package dev.millrace.agent.session;

/**
 * The records of one session, in order; each is JSON text in one line, and none is ever changed.
 * For one thread at a time.
 */
public interface Journal extends AutoCloseable {
  /**
   * Gives all records that were appended, oldest first; called once, before anything is appended.
   *
   * @throws SessionException when they cannot be read
   */
  void replay(Reader reader);

  /**
   * Adds a record and returns when it would survive the end of this machine. After a failure the
   * journal is as it was.
   *
   * @throws SessionException when it was not kept
   */
  void append(String record);

  /** Lets others open the session. */
  @Override
  void close();

  /** Takes in what a journal holds. */
  interface Reader {
    /** A record as it was appended. */
    void record(String json);

    /**
     * Something was here that is not to be read any more; reading goes on behind it.
     *
     * @param what what was found and where, in a sentence for people
     */
    void damaged(String what);
  }
}
