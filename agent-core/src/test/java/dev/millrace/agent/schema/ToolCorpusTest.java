package dev.millrace.agent.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** 750 tool schemas as people write them, and the calls that were accepted for them. */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class ToolCorpusTest {
  private static final String ABSENT = "get_snow_report";

  /**
   * Accepted answers that do not fit their own tool's schema: nested values given as lists of
   * alternatives, names of constants for integers, required properties left out.
   */
  private static final Set<String> NOT_FITTING =
      Set.of(
          "simple_java_26",
          "simple_java_38",
          "simple_java_58",
          "simple_java_72",
          "simple_java_82",
          "simple_java_88",
          "simple_python_94",
          "simple_python_96",
          "simple_python_200",
          "simple_python_260",
          "live_simple_44-18-0",
          "live_simple_106-63-0",
          "live_simple_130-84-0",
          "live_simple_134-87-0",
          "live_simple_136-89-0",
          "live_simple_189-114-0");

  private record Call(String id, String tool, JsonNode input, JsonSchema schema) {}

  @Test
  void registersEveryToolOfTheCorpus() throws IOException {
    var refused = new ArrayList<String>();
    for (JsonNode tool : lines("tools.jsonl")) {
      try {
        JsonSchema.of(tool.get("input_schema"));
      } catch (InvalidSchemaException e) {
        refused.add(tool.get("name") + " " + e.getMessage());
      }
    }
    assertThat(refused).isEmpty();
  }

  @Test
  void acceptsTheCallsThatWereAccepted() throws IOException {
    Map<String, List<Violation>> refused = new TreeMap<>();
    for (Call call : calls()) {
      var violations = call.schema().validate(call.input());
      if (!violations.isEmpty()) {
        refused.put(call.id(), violations);
      }
    }
    assertThat(refused).containsOnlyKeys(NOT_FITTING);
  }

  @Test
  @Tag("C10")
  void namesEachRequiredPropertyThatIsTakenAway() throws IOException {
    int removed = 0;
    for (Call call : calls()) {
      for (JsonNode required : call.schema().node().path("required")) {
        var input = (ObjectNode) call.input().deepCopy();
        if (input.remove(required.asString()) != null) {
          removed++;
          assertThat(call.schema().validate(input))
              .as("%s without %s", call.id(), required)
              .contains(
                  new Violation("", "required property '" + required.asString() + "' is missing"));
        }
      }
    }
    assertThat(removed).isGreaterThan(400);
  }

  private static List<Call> calls() throws IOException {
    Map<String, JsonSchema> schemas = new HashMap<>();
    for (JsonNode tool : lines("tools.jsonl")) {
      String key = tool.get("bfcl_id").asString() + " " + tool.get("name").asString();
      schemas.put(key, JsonSchema.of(tool.get("input_schema")));
    }
    var calls = new ArrayList<Call>();
    for (JsonNode line : lines("calls.jsonl")) {
      String id = line.get("bfcl_id").asString();
      for (JsonNode call : line.get("calls")) {
        String name = call.get("name").asString();
        var schema = schemas.get(id + " " + name);
        if (schema == null) {
          assertThat(name).as("the one tool that the corpus does not hold").isEqualTo(ABSENT);
        } else {
          calls.add(new Call(id, name, call.get("input"), schema));
        }
      }
    }
    assertThat(calls).isNotEmpty();
    return calls;
  }

  private static List<JsonNode> lines(String file) throws IOException {
    Path path = Path.of(System.getProperty("corpora"), "bfcl-tools", file);
    return Files.readAllLines(path).stream().map(Json::parse).toList();
  }
}
