package dev.millrace.agent.corpora;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.laws.World;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.testkit.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * The files of nst/JSONTestSuite as the input of a streamed call to a tool that takes any object:
 * what the suite accepts runs once with the very value, what it refuses never runs.
 */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class JsonInputTest {
  /** Blank input is that of a call without arguments. */
  private static final Set<String> BLANK = Set.of("n_structure_no_data", "n_single_space");

  /** The suite lets the last of two equal keys win; no tool runs on a guess. */
  private static final Set<String> GUESSES =
      Set.of("y_object_duplicated_key", "y_object_duplicated_key_and_value");

  /** What the suite leaves open, as a member of an object: numbers kept exact, and bad UTF-8. */
  private static final Set<String> OPEN_AND_RUN =
      named(
          "number_double_huge_neg_exp number_too_big_neg_int number_too_big_pos_int"
              + " number_very_big_negative_int string_UTF-8_invalid_sequence"
              + " string_UTF8_surrogate_U+D800 string_invalid_utf-8 string_iso_latin_1"
              + " string_lone_utf8_continuation_byte string_not_in_unicode_range"
              + " string_overlong_sequence_2_bytes string_overlong_sequence_6_bytes"
              + " string_overlong_sequence_6_bytes_null string_truncated-utf-8");

  /** Longer files are fragmented into pieces of {@link #PIECE} characters. */
  private static final int LONG = 5_000;

  private static final int PIECE = 97;

  enum Fragments {
    WHOLE,
    CHARACTERS;

    Stream<String> of(String text) {
      int size = this == WHOLE ? Math.max(1, text.length()) : text.length() > LONG ? PIECE : 1;
      return Stream.iterate(0, from -> from < text.length(), from -> from + size)
          .map(from -> text.substring(from, Math.min(text.length(), from + size)));
    }
  }

  private static Set<String> named(String names) {
    var open = new TreeSet<String>();
    for (String name : names.split(" ")) {
      open.add("i_" + name);
    }
    return open;
  }

  @ParameterizedTest
  @EnumSource(Fragments.class)
  @Tag("C06")
  void asTheWholeInputOnlyObjectsRun(Fragments fragments) {
    var open = new TreeSet<String>();
    forEach(
        fragments,
        UnaryOperator.identity(),
        (name, text, ran) -> {
          boolean isObject = text.strip().startsWith("{") && !GUESSES.contains(name);
          if (BLANK.contains(name)) {
            assertThat(ran).as(name).containsExactly(Corpus.json("{}"));
          } else if (name.startsWith("i_") && !ran.isEmpty()) {
            open.add(name);
          } else if (name.startsWith("y_") && isObject) {
            assertThat(ran).as(name).containsExactly(Corpus.json(text));
          } else {
            assertThat(ran).as(name).isEmpty();
          }
        });
    assertThat(open).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Fragments.class)
  @Tag("C06")
  void asAMemberOfTheInputEachValueRuns(Fragments fragments) {
    var open = new TreeSet<String>();
    forEach(
        fragments,
        text -> "{\"in\":" + text + "}",
        (name, text, ran) -> {
          if (name.startsWith("i_") && !ran.isEmpty()) {
            open.add(name);
          }
          boolean runs = name.startsWith("y_") && !GUESSES.contains(name) || open.contains(name);
          assertThat(ran).as(name).isEqualTo(runs ? List.of(Corpus.json(text)) : List.of());
        });
    assertThat(open).isEqualTo(OPEN_AND_RUN);
  }

  private static void forEach(
      Fragments fragments, UnaryOperator<String> context, Judgement judgement) {
    var files = Corpus.files(Corpus.path("json-test-suite", "test_parsing"), ".json");
    assertThat(files).hasSize(318);
    try (var stage = new Stage()) {
      for (Path file : files) {
        var text = context.apply(new String(Corpus.bytes(file), UTF_8));
        var name = Corpus.name(file).replace(".json", "");
        judgement.of(name, text, ran(stage, name, fragments.of(text)));
      }
    }
  }

  /** The inputs that the tool ran on; when it did not, the model was told why. */
  private static List<JsonNode> ran(Stage stage, String name, Stream<String> fragments) {
    var ran = new ArrayList<JsonNode>();
    var tool =
        new PermissiveTool(
            "take",
            (input, context) -> {
              ran.add(input);
              return ToolOutput.text("taken");
            });
    var call =
        Reply.message().callsInFragments("toolu_1", "take", fragments.toArray(String[]::new));
    stage.answering(call, Reply.says("Done."));
    var result = stage.run(stage.runner(tool), "Take it.");
    stage.verify();
    assertThat(result.outcome()).as(name).isEqualTo(RunOutcome.COMPLETED);
    assertThat(World.lastResults(result.transcript()))
        .as(name)
        .singleElement()
        .satisfies(answer -> assertThat(answer.isError()).isEqualTo(ran.isEmpty()))
        .satisfies(
            answer -> assertThat(answer.text()).startsWith(ran.isEmpty() ? "Not run" : "taken"));
    return ran;
  }

  /** Judges which inputs a file's text ran with. */
  private interface Judgement {
    void of(String name, String text, List<JsonNode> ran);
  }
}
