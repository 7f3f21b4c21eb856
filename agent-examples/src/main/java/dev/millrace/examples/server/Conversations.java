package dev.millrace.examples.server;

import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.feed.EventFeed;
import dev.millrace.agent.feed.EventFeeds;
import dev.millrace.agent.feed.FeedSettings;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.session.SessionException;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The conversations of all principals: each is a session on the disk, and one run of it goes on at
 * a time. Thread-safe.
 */
final class Conversations implements AutoCloseable {
  private final Runs runs;
  private final Path folder;
  private final EventFeeds feeds = new EventFeeds();
  private final Map<String, Quota> quotas = new ConcurrentHashMap<>();
  private final Map<String, Transcript> said = new ConcurrentHashMap<>();
  private final Quota.Limits limits;
  private volatile boolean stopping;

  /** A run that was begun, and the conversation that it is of. */
  record Started(String session, EventFeed feed) {}

  /**
   * @param folder where the conversations are kept
   */
  Conversations(Runs runs, Path folder, Quota.Limits limits) {
    this.runs = runs;
    this.folder = folder;
    this.limits = limits;
  }

  /** Says something in a conversation, in a new one when none is named. */
  Started say(
      Principal principal, Optional<String> session, String message, FeedSettings settings) {
    session.ifPresent(id -> requireOwn(principal, id));
    var id = session.orElseGet(() -> UUID.randomUUID().toString());
    return begin(
        principal, id, settings, opened -> opened.plus(Message.user(message)), RunOptions.DEFAULT);
  }

  /** Answers the calls that wait in a conversation. */
  Started answer(
      Principal principal, String id, List<ApprovalAnswer> answers, FeedSettings settings) {
    requireOwn(principal, id);
    return begin(
        principal,
        id,
        settings,
        opened -> waiting(opened, answers),
        RunOptions.DEFAULT.answers(answers));
  }

  private Transcript waiting(Session session, List<ApprovalAnswer> answers) {
    var waiting = runs.approvals(session.transcript());
    boolean isEachAnswered =
        waiting.size() == answers.size()
            && waiting.stream()
                .allMatch(request -> answers.stream().anyMatch(a -> a.fits(request.use())));
    if (!isEachAnswered) {
      throw Problem.of(
          409,
          "conflict_error",
          waiting.isEmpty()
              ? "no call waits for an answer"
              : "these are not the calls that wait; answer each of them as it is shown now");
    }
    return session.transcript();
  }

  private Started begin(
      Principal principal,
      String id,
      FeedSettings settings,
      Function<Session, Transcript> next,
      RunOptions options) {
    if (stopping) {
      throw Problem.later(
          503, "overloaded_error", "the server is about to stop", Duration.ofSeconds(10));
    }
    var quota = quotas.computeIfAbsent(principal.name(), n -> new Quota(limits, System::nanoTime));
    quota.begin();
    try {
      return open(principal, id, quota, settings, next, options);
    } catch (RuntimeException e) {
      quota.end(BigDecimal.ZERO);
      throw e;
    }
  }

  private Started open(
      Principal principal,
      String id,
      Quota quota,
      FeedSettings settings,
      Function<Session, Transcript> next,
      RunOptions options) {
    var session = open(principal, id);
    try {
      var key = key(principal, id);
      var transcript = next.apply(session);
      var body = new Body(session, transcript, options, quota, key);
      said.put(key, transcript);
      return new Started(id, feeds.start(key, settings, body));
    } catch (RuntimeException e) {
      session.close();
      throw e instanceof IllegalStateException ? busy() : e;
    }
  }

  private Session open(Principal principal, String id) {
    try {
      return Session.open(store(principal), id);
    } catch (SessionException e) {
      throw switch (e.problem()) {
        case BUSY -> busy();
        case INVALID_ID -> Problem.notFound();
        default -> e;
      };
    }
  }

  private static Problem busy() {
    return Problem.later(
        409, "conflict_error", "a run of this conversation goes on", Duration.ofSeconds(1));
  }

  /** One run of an opened session. */
  private final class Body implements EventFeed.Body {
    private final Session session;
    private final Transcript transcript;
    private final RunOptions options;
    private final Quota quota;
    private final String key;

    Body(Session session, Transcript transcript, RunOptions options, Quota quota, String key) {
      this.session = session;
      this.transcript = transcript;
      this.options = options;
      this.quota = quota;
      this.key = key;
    }

    @Override
    public RunResult run(RunListener listener, CancelSignal cancel) {
      var cost = BigDecimal.ZERO;
      try (session) {
        var result = runs.run(session, transcript, listener, options.cancelledBy(cancel));
        cost = result.cost().orElse(cost);
        return result;
      } catch (RunFailedException e) {
        cost = e.cost().orElse(cost);
        throw e;
      } finally {
        said.remove(key);
        quota.end(cost);
      }
    }
  }

  /** The run of a conversation that goes on or ended a short time ago. */
  EventFeed feed(Principal principal, String id) {
    requireOwn(principal, id);
    return feeds.find(key(principal, id)).orElseThrow(Problem::notFound);
  }

  /** What was said in a conversation, and what waits. */
  RawJson state(Principal principal, String id) {
    requireOwn(principal, id);
    var running = said.get(key(principal, id));
    return running == null ? read(principal, id) : state(id, true, running);
  }

  private RawJson read(Principal principal, String id) {
    try (var session = open(principal, id)) {
      return state(id, false, session.transcript());
    }
  }

  private RawJson state(String id, boolean isRunning, Transcript transcript) {
    var approvals =
        isRunning
            ? List.<RawJson>of()
            : runs.approvals(transcript).stream().map(Conversations::approval).toList();
    return new Json()
        .put("session", id)
        .put("running", isRunning)
        .put("messages", transcript.json())
        .put("approvals", RawJson.array(approvals))
        .object();
  }

  private static RawJson approval(ApprovalRequest request) {
    return new Json()
        .put("tool_use_id", request.use().id())
        .put("name", request.use().name())
        .put("input", request.use().input())
        .put("reason", request.reason())
        .put("call_hash", request.callHash())
        .object();
  }

  /** What is somebody else's is not there: it is looked for among one's own alone. */
  private void requireOwn(Principal principal, String id) {
    try {
      if (!store(principal).contains(id)) {
        throw Problem.notFound();
      }
    } catch (SessionException e) {
      throw e.problem() == SessionException.Problem.INVALID_ID ? Problem.notFound() : e;
    }
  }

  private FileSessionStore store(Principal principal) {
    return FileSessionStore.in(folder.resolve(principal.name()));
  }

  private static String key(Principal principal, String id) {
    return principal.name() + "/" + id;
  }

  /** All runs that go on, and those that ended a short time ago. */
  EventFeeds feeds() {
    return feeds;
  }

  /** How many runs go on. */
  int running() {
    return feeds.running();
  }

  boolean isStopping() {
    return stopping;
  }

  /** Begins no more runs, and gives those that go on some time to end. */
  void drain(Duration atMost) throws InterruptedException {
    stopping = true;
    feeds.awaitIdle(atMost);
  }

  /** Cancels what still goes on; all of it is kept. */
  @Override
  public void close() {
    stopping = true;
    feeds.close();
  }
}
