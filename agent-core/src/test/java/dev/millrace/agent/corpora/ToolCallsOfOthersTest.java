package dev.millrace.agent.corpora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.message.ContentBlock.ToolResult;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.schema.Violation;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.agent.tool.Toolbox;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Tools as many people define them, and the calls of them, streamed through the loop. */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class ToolCallsOfOthersTest {
  private static final String LEGAL = "[a-zA-Z0-9_-]{1,64}";

  private record Call(String tool, JsonNode input, JsonSchema schema) {
    /** The name as the API takes it. */
    String legalName() {
      var name = tool.replaceAll("[^a-zA-Z0-9_-]", "_");
      return name.substring(0, Math.min(64, name.length()));
    }
  }

  @Test
  void namesThatTheApiRefusesAreRefusedAtOnceAndInWords() {
    int refused = 0;
    for (var tool : Corpus.lines(Corpus.path("bfcl-tools", "tools.jsonl"))) {
      var name = tool.path("name").asString();
      var made = new PermissiveTool(name, (input, context) -> ToolOutput.text(""));
      if (name.matches(LEGAL)) {
        assertThat(Toolbox.of(made).names()).containsExactly(name);
      } else {
        refused++;
        assertThatThrownBy(() -> Toolbox.of(made))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("\"" + name + "\"")
            .hasMessageContaining("1 to 64 letters, digits, underscores and hyphens");
      }
    }
    assertThat(refused).isEqualTo(327);
  }

  @Test
  void eachCallRunsWithItsInputOrIsAnsweredWithWhatIsWrong() {
    int ran = 0;
    int refused = 0;
    try (var stage = new Stage()) {
      for (var calls : turns()) {
        var inputs = new ConcurrentHashMap<String, JsonNode>();
        var results = results(stage, calls, inputs);
        for (int i = 0; i < calls.size(); i++) {
          var call = calls.get(i);
          var violations = call.schema().validate(call.input());
          if (violations.isEmpty()) {
            ran++;
            assertThat(results.get(i).isError()).isFalse();
            assertThat(inputs.get(results.get(i).toolUseId())).isEqualTo(call.input());
          } else {
            refused++;
            assertRefused(results.get(i), violations);
          }
        }
        assertThat(inputs).hasSizeLessThanOrEqualTo(calls.size());
      }
    }
    assertThat(ran).isEqualTo(478);
    assertThat(refused).isEqualTo(16);
  }

  @Test
  @Tag("C10")
  void aCallWithoutARequiredPropertyIsAnsweredWithItsName() {
    int removed = 0;
    try (var stage = new Stage()) {
      for (var calls : turns()) {
        for (var call : calls) {
          for (var required : call.schema().node().path("required")) {
            var input = (ObjectNode) call.input().deepCopy();
            if (input.remove(required.asString()) != null) {
              removed++;
              var inputs = new ConcurrentHashMap<String, JsonNode>();
              var less = new Call(call.tool(), input, call.schema());
              var result = results(stage, List.of(less), inputs).getFirst();
              assertThat(inputs).isEmpty();
              assertThat(result.isError()).isTrue();
              assertThat(result.text())
                  .startsWith("Not run")
                  .contains("required property '" + required.asString() + "' is missing");
            }
          }
        }
      }
    }
    assertThat(removed).isGreaterThan(400);
  }

  private static void assertRefused(ToolResult result, List<Violation> violations) {
    assertThat(result.isError()).isTrue();
    assertThat(result.text()).startsWith("Not run").contains(violations.getFirst().toString());
  }

  /** The results of a turn with these calls; collects what ran by the id of its call. */
  private static List<ToolResult> results(
      Stage stage, List<Call> calls, Map<String, JsonNode> inputs) {
    Map<String, Tool> tools = new LinkedHashMap<>();
    MessageReply turn = Reply.message();
    for (var call : calls) {
      tools.put(
          call.legalName(),
          new PermissiveTool(
              call.legalName(),
              call.schema(),
              (input, context) -> {
                assertThat(inputs.put(context.toolUseId(), input)).isNull();
                return ToolOutput.text("done");
              }));
      turn = turn.calls(call.legalName(), call.input().toString());
    }
    stage.answering(turn.fragmentSize(7), Reply.says("Done."));
    var result = stage.run(stage.runner(tools.values().toArray(Tool[]::new)), "Call.");
    stage.verify();
    assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
    var results = World.lastResults(result.transcript());
    assertThat(results).hasSameSizeAs(calls);
    return results;
  }

  /** The calls of each turn; those of the one tool that the corpus does not hold are left out. */
  private static List<List<Call>> turns() {
    Map<String, JsonSchema> schemas = new LinkedHashMap<>();
    for (var tool : Corpus.lines(Corpus.path("bfcl-tools", "tools.jsonl"))) {
      schemas.put(key(tool, tool), JsonSchema.of(tool.path("input_schema")));
    }
    var turns = new ArrayList<List<Call>>();
    for (var line : Corpus.lines(Corpus.path("bfcl-tools", "calls.jsonl"))) {
      var calls =
          Recording.elements(line.path("calls"))
              .filter(call -> schemas.containsKey(key(line, call)))
              .map(call ->
                  new Call(
                      call.path("name").asString(),
                      call.path("input"),
                      schemas.get(key(line, call))))
              .toList();
      if (!calls.isEmpty()) {
        turns.add(calls);
      }
    }
    return turns;
  }

  private static String key(JsonNode line, JsonNode named) {
    return line.path("bfcl_id").asString() + " " + named.path("name").asString();
  }
}
