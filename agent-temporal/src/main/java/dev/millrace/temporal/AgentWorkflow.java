package dev.millrace.temporal;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The one type of workflow: a run of any agent. What crosses its border is JSON as bytes. */
@WorkflowInterface
public interface AgentWorkflow {
  /** Runs from a state to the end. */
  @WorkflowMethod(name = "MillraceRun")
  byte[] run(byte[] state);

  /** The calls that wait for a person. */
  @QueryMethod(name = "approvals")
  byte[] approvals();

  /** What people say to calls that wait. */
  @SignalMethod(name = "answer")
  void answer(byte[] answers);

  /**
   * Tells the run to end as CANCELLED, with its transcript. What the engine itself cancels has no
   * result.
   */
  @SignalMethod(name = "cancel")
  void cancel();
}
