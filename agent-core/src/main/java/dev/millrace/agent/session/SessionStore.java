package dev.millrace.agent.session;

/**
 * Where sessions are kept. {@link FileSessionStore} keeps them in a folder; others may keep them in
 * a database. Implementations are thread-safe.
 */
@FunctionalInterface
public interface SessionStore {
  /**
   * Opens the journal of a session, a new one if there is none, for the caller alone until it is
   * closed.
   *
   * @param id 1 to 64 letters, digits, underscores and hyphens
   * @throws SessionException when the id is none, somebody else has the session open, or the
   *     storage fails
   */
  Journal open(String id);
}
