package dev.millrace.tools.question;

import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolFailure;
import dev.millrace.agent.tool.ToolTraits;
import java.util.List;
import java.util.Optional;

/**
 * The tool {@code ask_user}. A call of it pauses the run under any policy; the answer is given by
 * {@code ApprovalRequest.answer} and becomes the result. Immutable and thread-safe.
 */
public final class AskUserTool {
  /** By which the model calls it, and a program knows a call that is a question. */
  public static final String NAME = "ask_user";

  private static final String DESCRIPTION =
      """
      Asks the user a question and gives the answer. Use it when going on without an answer would \
      be a guess that is expensive to undo; otherwise decide, and say what was decided. One \
      question a call.\
      """;

  private AskUserTool() {}

  record Question(
      @Description("The question, complete in itself") String question,
      @Description("Answers to choose from; the user may answer otherwise")
          Optional<List<String>> options) {}

  /** The tool. */
  public static Tool create() {
    return Tool.of(NAME, DESCRIPTION, Question.class, AskUserTool::nobody)
        .with(ToolTraits.DEFAULT.readOnly().question());
  }

  private static String nobody(Question question) throws ToolFailure {
    throw new ToolFailure("The user let the question pass without an answer. Decide by yourself.");
  }
}
