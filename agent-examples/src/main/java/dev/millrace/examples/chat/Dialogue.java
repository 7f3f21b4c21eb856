package dev.millrace.examples.chat;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunFailedException;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.RunResult;
import dev.millrace.agent.cancel.Cancellation;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.examples.terminal.Failure;
import dev.millrace.examples.terminal.Printable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The conversation: it is kept in a session, goes through approvals, and adds up what it costs. */
final class Dialogue implements AutoCloseable {
  private static final String SUMMARISE =
      "Summarise this conversation for yourself: what was asked, what was found and done, what is"
          + " left to do, and all paths and facts that are needed for it. Do not call tools.";

  private final AgentRunner runner;
  private final FileSessionStore store;
  private final Screen screen;
  private final Approver approver;
  private Session session;
  private String note = "";
  private Usage usage = Usage.NONE;
  private Optional<BigDecimal> cost = Optional.of(BigDecimal.ZERO);
  private int turns;
  private volatile Cancellation current = new Cancellation();

  Dialogue(
      AgentRunner runner, FileSessionStore store, String id, Screen screen, Approver approver) {
    this.runner = runner;
    this.store = store;
    this.screen = screen;
    this.approver = approver;
    this.session = Session.open(store, id);
  }

  Session session() {
    return session;
  }

  Usage usage() {
    return usage;
  }

  Optional<BigDecimal> cost() {
    return cost;
  }

  int turns() {
    return turns;
  }

  /** Stops what runs; the conversation goes on. For any thread. */
  void cancel() {
    current.cancel();
  }

  /** Has the model told of something when the user says the next thing. */
  void remember(String news) {
    note += "[" + news + "]\n\n";
  }

  /** Says something to the model and shows what comes of it. */
  void say(String prompt) {
    var text = note + prompt;
    note = "";
    run(session.plus(Message.user(text)));
  }

  /** Whether the model owes something: it was stopped, or calls wait. */
  boolean isUnfinished() {
    var kept = session.transcript();
    return !kept.pending().isEmpty()
        || kept.last().filter(last -> !last.toolResults().isEmpty()).isPresent();
  }

  /** Goes on where it stopped. */
  void goOn() {
    run(session.transcript());
  }

  /** Begins a new session that knows a summary of this one, which is kept. */
  void compact(String newId) {
    var result = run(session.plus(Message.user(SUMMARISE)));
    if (result.filter(ended -> ended.outcome() == RunOutcome.COMPLETED).isPresent()) {
      session.close();
      session = Session.open(store, newId);
      remember("This goes on from an earlier conversation. Its summary: " + result.get().text());
    }
  }

  private Optional<RunResult> run(Transcript transcript) {
    try {
      var result = run(transcript, List.of());
      while (result.outcome() == RunOutcome.PAUSED) {
        var answers = approver.ask(result.approvals());
        if (answers.isEmpty()) {
          screen.line("the call waits; say something to go on without it, or /continue");
          return Optional.empty();
        }
        result = run(result.transcript(), answers.get());
      }
      if (result.outcome() != RunOutcome.COMPLETED) {
        var end = result.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        var why = end + (result.detail().isEmpty() ? "" : ": " + result.detail());
        screen.line(Style.YELLOW.of("! " + Printable.line(why), screen));
      }
      return Optional.of(result);
    } catch (RunFailedException e) {
      count(e.usage(), e.cost(), e.turns());
      screen.idle();
      var cause = e.getCause() == null ? e : e.getCause();
      screen.line(Style.RED.of("! " + Failure.line(cause) + " Nothing is lost.", screen));
      return Optional.empty();
    }
  }

  private RunResult run(Transcript transcript, List<ApprovalAnswer> answers) {
    var cancellation = new Cancellation();
    current = cancellation;
    var options = RunOptions.DEFAULT.session(session).answers(answers).cancelledBy(cancellation);
    var result = runner.run(transcript, new TurnView(screen), options);
    count(result.usage(), result.cost(), result.turns());
    return result;
  }

  private void count(Usage more, Optional<BigDecimal> price, int count) {
    usage = usage.plus(more);
    cost = cost.flatMap(sum -> price.map(sum::add));
    turns += count;
  }

  @Override
  public void close() {
    session.close();
  }
}
