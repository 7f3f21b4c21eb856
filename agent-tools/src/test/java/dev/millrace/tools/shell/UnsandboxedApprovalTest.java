package dev.millrace.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.PreparedCall;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolCalls;
import dev.millrace.agent.tool.ToolLimits;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.Toolbox;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Without a sandbox, a command waits for somebody unless a policy of the caller's own decides. */
@EnabledOnOs(OS.LINUX)
class UnsandboxedApprovalTest {
  @TempDir private Path workspace;

  @Test
  void everyCallWaitsUnderTheDefaultPolicy() {
    var shell = Shell.unsandboxed(workspace);
    assertThat(prepared(shell.runCommand(), "run_command", ToolPolicy.DEFAULT))
        .isInstanceOf(PreparedCall.Paused.class);
    assertThat(prepared(shell.bash(), "bash", ToolPolicy.DEFAULT))
        .isInstanceOf(PreparedCall.Paused.class);
  }

  @Test
  void aPolicyOfTheCallersOwnDecides() {
    ToolPolicy own =
        (use, tool) ->
            use.input().text().contains("rm ") ? ToolPolicy.deny("no rm") : ToolPolicy.allow();
    assertThat(prepared(Shell.unsandboxed(workspace).runCommand(), "run_command", own))
        .isInstanceOf(PreparedCall.Ready.class);
  }

  private static PreparedCall prepared(Tool tool, String name, ToolPolicy policy) {
    var calls = new ToolCalls(Toolbox.of(tool), policy, ToolLimits.DEFAULT);
    var use = new ToolUse("toolu_1", name, RawJson.parse("{\"command\":\"echo hi\"}"));
    return calls.prepare(List.of(use)).getFirst();
  }
}
