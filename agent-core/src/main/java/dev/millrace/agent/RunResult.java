package dev.millrace.agent;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.StopReason;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.message.Usage;
import dev.millrace.agent.schema.Binding;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.ApprovalRequest;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param detail what happened, in a sentence for people; empty for COMPLETED
 * @param transcript everything said, sendable; includes what was said before the run
 * @param usage the tokens of all requests of this run, those of failed attempts included
 * @param costUsd what they cost in US dollars by the price table, null for a model without a price
 * @param turns how often the model was asked
 * @param stopReason of the last message, {@link StopReason#NONE} when there was none
 * @param text what the model said in the last message
 * @param approvals the calls that wait for a person; empty unless the outcome is PAUSED
 */
public record RunResult(
    RunOutcome outcome,
    String detail,
    Transcript transcript,
    Usage usage,
    @Nullable BigDecimal costUsd,
    int turns,
    StopReason stopReason,
    String text,
    List<ApprovalRequest> approvals) {
  /** Copies the list. */
  public RunResult {
    approvals = List.copyOf(approvals);
  }

  RunResult(
      Ending ending,
      Transcript transcript,
      Expenses expenses,
      int turns,
      StopReason stopReason,
      String text) {
    this(
        Objects.requireNonNull(ending.outcome()),
        ending.detail(),
        transcript,
        expenses.usage(),
        expenses.cost(),
        turns,
        stopReason,
        text,
        ending.pause().map(Steps.Called::approvals).orElse(List.of()));
  }

  /** What the run cost in US dollars; empty for a model without a price. */
  public Optional<BigDecimal> cost() {
    return Optional.ofNullable(costUsd);
  }

  /**
   * The text as a value, for a runner with an {@code outputFormat}.
   *
   * @throws InvalidOutputException when the text is not such a value, which happens when the run
   *     did not complete
   */
  public <T> T as(Class<T> type) {
    try {
      var json = RawJson.parse(text).node();
      var violations = JsonSchema.from(type).validate(json);
      if (violations.isEmpty()) {
        return Binding.to(type).bind(json);
      }
      throw new InvalidOutputException(type, outcome, violations.toString(), null);
    } catch (InvalidOutputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InvalidOutputException(type, outcome, String.valueOf(e.getMessage()), e);
    }
  }
}
