package dev.millrace.tools.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.agent.tool.PreparedCall;
import dev.millrace.agent.tool.ToolCalls;
import dev.millrace.agent.tool.ToolLimits;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.tools.Calls;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A question waits for a person whatever the policy allows. */
class AskUserToolTest {
  @Test
  void pausesUnderAnyPolicy() {
    var calls =
        new ToolCalls(Toolbox.of(AskUserTool.create()), ToolPolicy.ALLOW_ALL, ToolLimits.DEFAULT);
    var input = RawJson.parse("{\"question\":\"Which?\",\"options\":[\"a\",\"b\"]}");
    var use = new ToolUse("toolu_1", AskUserTool.NAME, input);
    var prepared = calls.prepare(List.of(use)).getFirst();
    assertThat(prepared).isInstanceOf(PreparedCall.Paused.class);
    var request = new ApprovalRequest(use, ((PreparedCall.Paused) prepared).reason());
    assertThat(request.reason()).isEqualTo("it asks a question");
    assertThat(request.answer("b").fits(use)).isTrue();
  }

  @Test
  void needsAQuestion() {
    assertThat(Calls.of(AskUserTool.create()).call("ask_user").isRefused().text())
        .contains("required property 'question'");
  }
}
