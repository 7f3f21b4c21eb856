package dev.millrace.temporal;

import dev.millrace.agent.RunResult;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A run on some workers, as those see it who wait for it. Thread-safe. */
public final class AgentRun {
  private final WorkflowClient client;
  private final String runId;
  private final TranscriptStore store;

  AgentRun(WorkflowClient client, String runId, TranscriptStore store) {
    this.client = client;
    this.runId = runId;
    this.store = store;
  }

  /** The workflow's id. */
  public String id() {
    return runId;
  }

  /**
   * Waits for the end.
   *
   * @throws io.temporal.client.WorkflowFailedException when the run failed; its cause tells of the
   *     step
   */
  public RunResult result() {
    return StepJson.ended(stub().getResult(byte[].class), store);
  }

  /** The calls that wait for a person; empty while none does. */
  public List<ApprovalRequest> approvals() {
    var json = new String(stub().query("approvals", byte[].class), StandardCharsets.UTF_8);
    return RawJson.parse(json).elements().stream()
        .map(RawJson::text)
        .map(ApprovalRequest::parse)
        .toList();
  }

  /**
   * What people say to calls that wait. The run goes on when all are answered.
   *
   * @throws IllegalArgumentException for an answer that fits no call that waits; none has counted
   */
  public void answer(ApprovalAnswer... answers) {
    var waiting = approvals();
    for (var answer : answers) {
      if (waiting.stream().noneMatch(request -> answer.fits(request.use()))) {
        throw new IllegalArgumentException(
            "the answer to call "
                + answer.toolUseId()
                + " fits no call that waits: it was answered before, or its input is not the one"
                + " that was shown");
      }
    }
    var json = RawJson.array(Arrays.stream(answers).map(ApprovalAnswer::json).toList());
    stub().signal("answer", (Object) json.text().getBytes(StandardCharsets.UTF_8));
  }

  /** Tells the run to end, which it then does as CANCELLED; returns at once. */
  public void cancel() {
    stub().signal("cancel");
  }

  private WorkflowStub stub() {
    return client.newUntypedWorkflowStub(runId);
  }

  /** The id. */
  @Override
  public String toString() {
    return "AgentRun[" + runId + "]";
  }
}
