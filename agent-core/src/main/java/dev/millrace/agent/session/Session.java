package dev.millrace.agent.session;

import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A conversation that outlives its process. A run that is given a session writes to its journal
 * what is said, that a call is about to begin before it does, and its result before it is told; so
 * that running {@link #transcript()} again goes on where the last run stopped, however it ended.
 *
 * <pre>{@code
 * try (var session = Session.open(FileSessionStore.in(folder), "support-42")) {
 *   var options = RunOptions.DEFAULT.session(session);
 *   runner.run(session.plus(Message.user("And in Bergen?")), listener, options);
 * }
 * }</pre>
 *
 * <p>For one run at a time; the methods are called by its thread.
 */
public final class Session implements AutoCloseable {
  private static final String UNKNOWN =
      "Not known whether this call had its effect: the process that ran it ended before it told."
          + " Look for the effect before you call it again.";

  private final String id;
  private final Journal journal;
  private final SessionState state;
  private final AtomicBoolean inUse = new AtomicBoolean();
  private boolean closed;

  private Session(String id, Journal journal, SessionState state) {
    this.id = id;
    this.journal = journal;
    this.state = state;
  }

  /**
   * Opens a session, or begins one; nobody else can open it until it is closed.
   *
   * @param id 1 to 64 letters, digits, underscores and hyphens
   * @throws SessionException when it cannot be opened
   */
  public static Session open(SessionStore store, String id) {
    var journal = store.open(id);
    try {
      var replay = new Replay(id);
      journal.replay(replay);
      return new Session(id, journal, replay.state(journal));
    } catch (RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  /** The id it was opened by; it also makes the calls' idempotency keys unique. */
  public String id() {
    return id;
  }

  /** Everything said, calls that still wait for their results among it. */
  public Transcript transcript() {
    return state.transcript();
  }

  /**
   * What was said and a new message of the user's. Calls that still wait are answered in it with
   * what is known of them: their result, that they never began, or that their outcome is unknown.
   */
  public Transcript plus(Message message) {
    var content = new ArrayList<ContentBlock>();
    for (var use : transcript().pending()) {
      known(use).or(() -> begun(use)).ifPresent(content::add);
    }
    if (content.isEmpty() || message.role() != Role.USER) {
      return transcript().plus(message);
    }
    content.addAll(message.content());
    return transcript().plus(Message.of(Role.USER, content));
  }

  /** What was lost or repaired when it was opened, a sentence each; empty for a sound one. */
  public List<String> repairs() {
    return state.repairs();
  }

  /**
   * Begins a run, which is to end with {@link Running#close()}.
   *
   * @throws IllegalArgumentException when the transcript is not this session's with something added
   * @throws IllegalStateException while another run of this session goes on
   * @throws SessionException when the session is closed
   */
  public Running begin(Transcript transcript) {
    if (closed) {
      throw new SessionException(
          SessionException.Problem.CLOSED, "session " + id + " is closed; open it again", null);
    }
    if (!inUse.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "session " + id + " is in use by another run; wait for its end, or open another session");
    }
    var running = new Running();
    try {
      // Only now, since a run that just ended may have added to what the caller had seen.
      requireContinuation(transcript);
      return running;
    } catch (RuntimeException | Error e) {
      running.close();
      throw e;
    }
  }

  private void requireContinuation(Transcript transcript) {
    var given = transcript.messages();
    // Adding a message may take dangling calls of server tools out of the one before it.
    boolean goesOn =
        beginsWith(given, transcript())
            || beginsWith(given, transcript().withoutDanglingServerToolUses());
    if (!goesOn || answersOtherwise(given)) {
      throw new IllegalArgumentException(
          "the transcript is not that of session "
              + id
              + " with something added: begin with session.transcript() or session.plus(message)");
    }
  }

  private static boolean beginsWith(List<Message> given, Transcript own) {
    int size = own.messages().size();
    return given.size() >= size && given.subList(0, size).equals(own.messages());
  }

  /** Calls that wait must still be there, and be answered with what is known of them, if at all. */
  private boolean answersOtherwise(List<Message> given) {
    var pending = transcript().pending();
    int size = transcript().messages().size();
    if (pending.isEmpty()) {
      return false;
    }
    if (given.size() < size || !given.get(size - 1).toolUses().equals(pending)) {
      return true;
    }
    if (given.size() == size) {
      return false;
    }
    var results = given.get(size).toolResults();
    return pending.stream()
        .anyMatch(use -> known(use).filter(known -> !results.contains(known)).isPresent());
  }

  /** What is known of a call that waits for its result. */
  private Optional<ToolResult> known(ToolUse use) {
    return state
        .result(use.id())
        .or(() ->
            state.isUnknown(use.id())
                ? Optional.of(ToolResult.error(use.id(), UNKNOWN))
                : Optional.empty());
  }

  /** What a call is told that could be run again, and is not. */
  private Optional<ToolResult> begun(ToolUse use) {
    return state.hasBegun(use.id())
        ? Optional.of(ToolResult.error(use.id(), UNKNOWN))
        : Optional.empty();
  }

  /** Lets others open it. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      journal.close();
    }
  }

  /** A run of this session; what it is told is kept when the method returns. */
  public final class Running implements AutoCloseable {
    private Running() {}

    /**
     * Who runs it.
     *
     * @param fingerprint the same for agents that are the same
     * @return whether it was another one before
     */
    public boolean runBy(String fingerprint) {
      return state.ranBy(fingerprint);
    }

    /** This is what was said until now. */
    public void said(Transcript transcript) {
      state.said(transcript);
    }

    /** What an earlier run found out about a call; empty when it is to be run. */
    public Optional<ToolResult> known(ToolUse use) {
      return Session.this.known(use);
    }

    /** A call is about to begin; it may only when this returns. */
    public void begins(ToolUse use) {
      state.began(use, false);
    }

    /** The same of a call that may be made again when its outcome is not known. */
    public void beginsRepeatable(ToolUse use) {
      state.began(use, true);
    }

    /** A call has its result. */
    public void ends(ToolResult result) {
      state.ended(result);
    }

    /** The run is over; another may begin. */
    @Override
    public void close() {
      inUse.set(false);
    }
  }
}
