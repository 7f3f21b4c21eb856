package dev.millrace.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.message.ContentBlock.Text;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.ToolTraits.Trait;
import java.nio.CharBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tools made of a record and a lambda, what is said of them, and the box they are in. */
class ToolTest {
  record Query(@Description("City, e.g. Oslo") String city, byte days) {
    Query {
      if (city.isEmpty()) {
        throw new IllegalArgumentException("a city has a name");
      }
    }
  }

  record Forecast(String city, List<Integer> degrees) {}

  @Test
  void givesTheFunctionItsInputAndTellsItsText() {
    assertThat(answer(query -> query.city() + query.days())).isEqualTo("Oslo2");
    assertThat(answer(query -> CharBuffer.wrap("x"))).isEqualTo("x");
  }

  @Test
  void tellsOtherValuesAsJson() {
    assertThat(answer(query -> new Forecast(query.city(), List.of(3, 4))))
        .isEqualTo("{\"city\":\"Oslo\",\"degrees\":[3,4]}");
    assertThat(answer(query -> List.of(new Forecast("a", List.of()))))
        .isEqualTo("[{\"city\":\"a\",\"degrees\":[]}]");
    assertThat(answer(query -> 7)).isEqualTo("7");
  }

  @Test
  void tellsNothingForNull() {
    assertThat(answer(query -> null)).isEqualTo("(no output)");
  }

  @Test
  void givesOutputAsItIs() {
    assertThat(answer(query -> ToolOutput.of(new Text("a"), new Text("b")))).isEqualTo("ab");
  }

  @Test
  void givesTheContextToAFunctionThatWantsIt() {
    var tool =
        Tool.of(
            "a", "Does it.", Query.class, (query, context) -> context.toolUseId() + query.days());
    assertThat(call(tool, "{'city':'Oslo','days':2}")).isEqualTo("id-a2");
  }

  @Test
  void refusesInputThatTheRecordCannotHold() {
    var tool = Tool.of("a", "Does it.", Query.class, query -> "ran");
    assertThat(call(tool, "{'city':'','days':2}"))
        .startsWith("Not run: the input is refused.\n")
        .contains("a city has a name")
        .endsWith("\nCall it again.");
  }

  @Test
  @Tag("G04")
  void neverSaysThatItDidNotRunWhenItDid() {
    var self = new Object[1];
    self[0] = self;
    assertThat(answer(query -> self))
        .startsWith("The tool has run, but what it returned cannot be told as JSON: ");
  }

  @Test
  void tellsWhatTheFunctionThrows() {
    var tool =
        Tool.of(
            "a",
            "Does it.",
            Query.class,
            query -> {
              throw new ToolFailure("no forecast for " + query.city());
            });
    assertThat(call(tool, "{'city':'Oslo','days':2}")).isEqualTo("no forecast for Oslo");
  }

  @Test
  void hasADefinitionInTheApisWords() {
    var tool =
        Tool.of("a", "Does \"it\".", Query.class, query -> null)
            .with(ToolTraits.DEFAULT.strict().eager());
    var definition = Toolbox.of(tool).definitions().get(0).members();
    assertThat(definition.keySet())
        .containsExactly("name", "description", "input_schema", "strict", "eager_input_streaming");
    assertThat(definition).containsEntry("description", RawJson.ofString("Does \"it\"."));
    assertThat(
            Toolbox.of(tool)
                .definitions()
                .get(0)
                .node()
                .at("/input_schema/properties/city/description")
                .asString())
        .isEqualTo("City, e.g. Oslo");
    assertThat(Toolbox.of(Turn.says("a")).definitions().get(0).members().keySet())
        .containsExactly("name", "description", "input_schema");
  }

  /** The API knows description and schema of its own tools, and refuses both beside a type. */
  @Test
  void isDefinedByTypeAndNameAloneWhenTheApiKnowsIt() {
    var bash =
        new Tool() {
          @Override
          public String name() {
            return "bash";
          }

          @Override
          public String description() {
            return "Runs a command.";
          }

          @Override
          public JsonSchema inputSchema() {
            return JsonSchema.from(Query.class);
          }

          @Override
          public Optional<String> apiType() {
            return Optional.of("bash_20250124");
          }

          @Override
          public ToolOutput call(JsonNode input, ToolContext context) {
            return ToolOutput.text("done");
          }
        };
    var definition = RawJson.parse("{'type':'bash_20250124','name':'bash'}".replace('\'', '"'));
    assertThat(Toolbox.of(bash).definitions()).containsExactly(definition);
    assertThat(Toolbox.of(bash.with(ToolTraits.DEFAULT.exclusive())).definitions())
        .containsExactly(definition);
  }

  @Test
  void keepsAllButItsTraitsWhenTheyAreChanged() {
    var tool = Turn.says("a");
    var changed = tool.with(ToolTraits.DEFAULT.readOnly());
    assertThat(changed.name()).isEqualTo("a");
    assertThat(changed.description()).isEqualTo(tool.description());
    assertThat(changed.inputSchema()).isEqualTo(tool.inputSchema());
    assertThat(changed.traits().isReadOnly() && changed.traits().isRepeatable()).isTrue();
    assertThat(call(changed, "{}")).isEqualTo("done a");
  }

  @Test
  void hasTraitsThatAreChangedOneByOne() {
    var all =
        ToolTraits.DEFAULT
            .repeatable()
            .exclusive()
            .timeout(Duration.ofSeconds(1))
            .strict()
            .eager()
            .readOnly();
    assertThat(all)
        .isEqualTo(
            new ToolTraits(
                EnumSet.of(
                    Trait.READ_ONLY, Trait.REPEATABLE, Trait.EXCLUSIVE, Trait.STRICT, Trait.EAGER),
                Duration.ofSeconds(1)));
    assertThatThrownBy(() -> ToolTraits.DEFAULT.timeout(Duration.ZERO))
        .hasMessage("timeout must be positive, not PT0S");
  }

  @Test
  @Tag("G08")
  void isFoundByItsExactName() {
    var box = Toolbox.of(Turn.says("b"), Turn.says("a"));
    assertThat(box.names()).containsExactly("b", "a");
    assertThat(box.tools()).extracting(tool -> tool.spec().name()).containsExactly("b", "a");
    assertThat(box.find("a")).isPresent();
    assertThat(box.find("A")).isEmpty();
    assertThat(Toolbox.EMPTY.tools()).isEmpty();
  }

  @Test
  @Tag("G10")
  void cannotShareItsName() {
    assertThatThrownBy(() -> Toolbox.of(Turn.says("a"), Tool.of("a", "x", Query.class, q -> null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("two tools are named \"a\"", "TestTool", "TypedTool");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a.b", "é", "a\n", "web/search", "🙂"})
  @Tag("G09")
  void cannotHaveANameThatTheApiRefuses(String name) {
    assertThatThrownBy(() -> Toolbox.of(Turn.says(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use 1 to 64 letters, digits, underscores and hyphens")
        .hasMessageNotContaining("\n");
  }

  @Test
  @Tag("G09")
  void mayHaveANameOf64Characters() {
    assertThat(Toolbox.of(Turn.says("n".repeat(64))).names()).hasSize(1);
    assertThatThrownBy(() -> Toolbox.of(Turn.says("n".repeat(65))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void needsADescription() {
    assertThatThrownBy(() -> Toolbox.of(Tool.of("a", " ", Query.class, query -> null)))
        .hasMessage("tool \"a\" needs a description: the model chooses tools by it");
  }

  @Test
  void isReadOnceWhenItIsPutIntoABox() {
    var tool = Turn.says("a");
    var box = Toolbox.of(tool);
    assertThat(box.find("a").orElseThrow().spec()).isSameAs(box.tools().get(0).spec());
    assertThat(box.find("a").orElseThrow().tool()).isSameAs(tool);
  }

  @Test
  void hasLimitsThatMakeSense() {
    assertThatThrownBy(() -> new ToolLimits(999, Duration.ZERO, 0))
        .hasMessageContaining("resultCharacters");
    assertThatThrownBy(() -> new ToolLimits(1_000, Duration.ofNanos(-1), 0))
        .hasMessageContaining("cancelGrace");
    assertThatThrownBy(() -> new ToolLimits(1_000, Duration.ZERO, -1))
        .hasMessageContaining("lostThreads");
  }

  private static String answer(ToolFunction<Query> function) {
    return call(Tool.of("a", "Does it.", Query.class, function), "{'city':'Oslo','days':2}");
  }

  private static String call(Tool tool, String input) {
    var turn = Turn.of(tool);
    return Turn.texts(turn.run(turn.prepare(Turn.use("a", input)))).get(0);
  }
}
