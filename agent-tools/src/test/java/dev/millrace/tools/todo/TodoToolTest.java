package dev.millrace.tools.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.tools.Calls;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A plan is the input of the last call, checked by the tool and read from the transcript. */
class TodoToolTest {
  private final Calls calls = Calls.of(TodoTool.create());

  @Test
  void countsWhatIsDone() {
    var answer = write(item("a", "completed"), item("b", "in_progress"), item("c", "pending"));
    assertThat(answer.isFine().text()).isEqualTo("Kept: 1 of 3 completed.");
    assertThat(write().isFine().text()).isEqualTo("Kept: 0 of 0 completed.");
  }

  @Test
  void refusesWhatIsNoPlan() {
    assertThat(write(item("Look", "begun")).isRefused().text()).contains("/items/0/status");
    assertThat(write(item(" ", "pending")).isRefused().text()).contains("1 to 1000 characters");
    var long101 =
        IntStream.range(0, 101).mapToObj(i -> item("s" + i, "pending")).toArray(String[]::new);
    assertThat(write(long101).isRefused().text()).contains("at most 100 items, this one has 101");
  }

  @Test
  void isFoundInTheTranscript() {
    var transcript =
        Transcript.of("Do it.")
            .plus(Message.of(Role.ASSISTANT, List.of(use("1", item("Look", "in_progress")))))
            .plus(Message.of(Role.USER, List.of(result("1"))))
            .plus(
                Message.of(
                    Role.ASSISTANT,
                    List.of(use("2", item("Look", "completed"), item("a\nb", "pending")))))
            .plus(Message.of(Role.USER, List.of(result("2"))));
    assertThat(TodoList.latest(transcript).orElseThrow()).hasToString("[x] Look\n[ ] a b");
    assertThat(TodoList.latest(Transcript.of("Hello."))).isEmpty();
  }

  @Test
  void isNotFoundInOtherCallsOrRefusedOnes() {
    var other = new ToolUse("1", "other", RawJson.parse("{\"items\":[]}"));
    assertThat(TodoList.of(other)).isEmpty();
    assertThat(TodoList.of(use("1", item("Look", "begun")))).isEmpty();
  }

  private Calls.Answer write(String... items) {
    return calls.call("todo_write", "items", RawJson.parse("[" + String.join(",", items) + "]"));
  }

  private static String item(String content, String status) {
    return "{\"content\":" + RawJson.ofString(content) + ",\"status\":\"" + status + "\"}";
  }

  private static ToolUse use(String id, String... items) {
    var json = "{\"items\":[" + String.join(",", items) + "]}";
    return new ToolUse("toolu_" + id, "todo_write", RawJson.parse(json));
  }

  private static ToolResult result(String id) {
    return ToolResult.error("toolu_" + id, "done");
  }
}
