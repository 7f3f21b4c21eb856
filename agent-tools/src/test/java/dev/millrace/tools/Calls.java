package dev.millrace.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolCalls;
import dev.millrace.agent.tool.ToolLimits;
import dev.millrace.agent.tool.ToolObserver;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.Toolbox;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls tools as a run does: validated by their schema, on a thread of their own. */
public final class Calls {
  private final ToolCalls calls;

  /** What the model would be told. */
  public record Answer(String text, List<ContentBlock> content, boolean isError, String progress) {
    public Answer isFine() {
      assertThat(isError).as(text).isFalse();
      return this;
    }

    public Answer isRefused() {
      assertThat(isError).as(text).isTrue();
      assertThat(text)
          .doesNotContain("Exception", "\tat ", "java.lang.", "java.io.", "java.net.", "java.nio.");
      return this;
    }
  }

  private Calls(List<? extends Tool> tools, ToolPolicy policy) {
    this.calls = new ToolCalls(Toolbox.of(tools), policy, ToolLimits.DEFAULT);
  }

  public static Calls of(Tool... tools) {
    return of(List.of(tools));
  }

  public static Calls of(List<? extends Tool> tools) {
    return of(tools, ToolPolicy.ALLOW_ALL);
  }

  public static Calls of(List<? extends Tool> tools, ToolPolicy policy) {
    return new Calls(tools, policy);
  }

  /** Calls with pairs of names and values, where a value is a string or a piece of JSON. */
  public Answer call(String tool, Object... input) {
    return call(CancelSignal.NEVER, tool, input);
  }

  public Answer call(CancelSignal cancel, String tool, Object... input) {
    Map<String, RawJson> members = new LinkedHashMap<>();
    for (int i = 0; i < input.length; i += 2) {
      var value = input[i + 1];
      members.put(
          (String) input[i],
          value instanceof String text
              ? RawJson.ofString(text)
              : RawJson.parse(String.valueOf(value)));
    }
    var use = new ToolUse("toolu_1", tool, RawJson.object(members));
    var progress = new Progress();
    var outcome = calls.run(calls.prepare(List.of(use)), Map.of(), progress, cancel);
    assertThat(outcome.fatal()).isNull();
    var result = outcome.results().getFirst();
    return new Answer(text(result), result.content(), result.isError(), progress.text.toString());
  }

  private static String text(ToolResult result) {
    return result.content().stream()
        .filter(Text.class::isInstance)
        .map(block -> ((Text) block).text())
        .collect(Collectors.joining("\n"));
  }

  private static final class Progress implements ToolObserver {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void started(ToolUse use) {}

    @Override
    public void progressed(ToolUse use, String text) {
      this.text.append(text);
    }

    @Override
    public void finished(ToolUse use, ToolResult result, Duration took) {}
  }
}
