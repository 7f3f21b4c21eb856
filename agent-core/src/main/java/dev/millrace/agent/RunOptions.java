package dev.millrace.agent;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.CallingRun;
import dev.millrace.agent.tool.ToolContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a single run is given beside its transcript.
 *
 * @param cancelSignal cancels the run from outside
 * @param attributes what the caller attaches for its tools, by name; never seen by the model
 * @param session keeps what happens; none by default
 * @param answers what people said to calls that wait in the transcript; none by default
 * @param outer the run around this one, whose limits it shares; none by default
 */
public record RunOptions(
    CancelSignal cancelSignal,
    Map<String, Object> attributes,
    Optional<Session> session,
    List<ApprovalAnswer> answers,
    CallingRun outer) {
  /** Never cancelled from outside, nothing attached, no session, inside no other run. */
  public static final RunOptions DEFAULT =
      new RunOptions(CancelSignal.NEVER, Map.of(), Optional.empty(), List.of(), CallingRun.NONE);

  public RunOptions {
    attributes = Map.copyOf(attributes);
    answers = List.copyOf(answers);
  }

  /**
   * For a run that a tool starts: it is cancelled with the call, gets the same attributes, and what
   * it takes counts against the limits of the run that made the call, beside its own.
   */
  public static RunOptions within(ToolContext context) {
    return new RunOptions(
        context.cancelSignal(), context.attributes(), Optional.empty(), List.of(), context.run());
  }

  /** The same, cancelled by this signal. */
  public RunOptions cancelledBy(CancelSignal cancelSignal) {
    return new RunOptions(cancelSignal, attributes, session, answers, outer);
  }

  /** The same with these attributes. */
  public RunOptions attributes(Map<String, Object> attributes) {
    return new RunOptions(cancelSignal, attributes, session, answers, outer);
  }

  /** The same, kept in this session, from whose transcript the run's must go on. */
  public RunOptions session(Session session) {
    return new RunOptions(cancelSignal, attributes, Optional.of(session), answers, outer);
  }

  /**
   * The same with these answers to calls that wait in the transcript. All that wait are to be
   * answered at once; else the run pauses again, and none of the answers has counted.
   */
  public RunOptions answers(List<ApprovalAnswer> answers) {
    return new RunOptions(cancelSignal, attributes, session, answers, outer);
  }
}
