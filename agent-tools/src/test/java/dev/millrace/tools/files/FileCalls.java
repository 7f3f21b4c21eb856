package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ToolCalls;
import dev.millrace.agent.tool.ToolLimits;
import dev.millrace.agent.tool.ToolObserver;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.Toolbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls the file tools as a run does: validated by their schema, on a thread of their own. */
final class FileCalls {
  private final ToolCalls calls;

  /** What the model would be told. */
  record Answer(String text, boolean isError, String progress) {
    Answer isFine() {
      assertThat(isError).as(text).isFalse();
      return this;
    }

    Answer isRefused() {
      assertThat(isError).as(text).isTrue();
      assertThat(text).doesNotContain("Exception", "\tat ", "java.");
      return this;
    }
  }

  private FileCalls(Path root, FileLimits limits) {
    this.calls =
        new ToolCalls(
            Toolbox.of(FileTools.readOnly(root, limits)), ToolPolicy.ALLOW_ALL, ToolLimits.DEFAULT);
  }

  static FileCalls below(Path root) {
    return new FileCalls(root, FileLimits.DEFAULT);
  }

  static FileCalls below(Path root, FileLimits limits) {
    return new FileCalls(root, limits);
  }

  /** Calls with pairs of names and values, where a value is a string or a piece of JSON. */
  Answer call(String tool, Object... input) {
    return call(CancelSignal.NEVER, tool, input);
  }

  Answer call(CancelSignal cancel, String tool, Object... input) {
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
    return new Answer(text(result), result.isError(), progress.text.toString());
  }

  Answer read(String path) {
    return call("read_file", "path", path);
  }

  Answer list(String path) {
    return call("list_files", "path", path);
  }

  Answer search(String pattern) {
    return call("search_files", "pattern", pattern);
  }

  private static String text(ToolResult result) {
    return result.content().stream()
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
