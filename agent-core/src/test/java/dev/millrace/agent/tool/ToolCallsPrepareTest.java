package dev.millrace.agent.tool;

import static dev.millrace.agent.tool.Turn.says;
import static dev.millrace.agent.tool.Turn.tool;
import static dev.millrace.agent.tool.Turn.use;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first phase of a turn's calls: find, validate, ask. */
class ToolCallsPrepareTest {
  private static final String SCHEMA =
      "{'type':'object','properties':{'city':{'type':'string'},'days':{'type':'integer'}},"
          + "'required':['city'],'additionalProperties':false}";

  private final List<String> asked = new ArrayList<>();

  @Test
  void makesReadyWhatIsFoundValidAndAllowed() {
    var prepared = turn(ToolPolicy.ALLOW_ALL).prepare(use("weather", "{'city':'Oslo','days':2.0}"));
    var ready = (PreparedCall.Ready) prepared.get(0);
    assertThat(ready.tool().spec().name()).isEqualTo("weather");
    assertThat(ready.input().path("days").decimalValue()).isEqualTo("2.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Weather", "weather ", "wether", "", "__proto__"})
  @Tag("G08")
  void refusesToolsThatAreUnknownAndNamesTheKnown(String name) {
    assertThat(refusal(turn(ToolPolicy.ALLOW_ALL), use(name, "{}")))
        .isEqualTo(
            "Not run: there is no tool named \"" + name + "\". The tools are: weather, time.");
  }

  @Test
  void saysSoWhenThereAreNoTools() {
    assertThat(refusal(Turn.of(), use("weather", "{}"))).isEqualTo("Not run: there are no tools.");
  }

  @Test
  @Tag("C10")
  void tellsAllThatIsWrongWithAnInputAndWhere() {
    var text =
        refusal(turn(ToolPolicy.ALLOW_ALL), use("weather", "{'city':7,'days':'2','more':null}"));
    assertThat(text)
        .startsWith("Not run: the input does not fit the schema of \"weather\".\n")
        .contains("/city", "/days", "more")
        .endsWith("\nCall it again with input that fits.");
    assertThat(refusal(turn(ToolPolicy.ALLOW_ALL), use("weather", "{}"))).contains("city");
  }

  @Test
  void capsWhatItTellsOfAnInput() {
    var input = new StringBuilder("{'city':'Oslo'");
    IntStream.range(0, 1_000).forEach(i -> input.append(",'p").append(i).append("':1"));
    var text = refusal(turn(ToolPolicy.ALLOW_ALL), use("weather", input.append("}").toString()));
    assertThat(text.lines().count()).isLessThan(30);
  }

  @Test
  void refusesCallsThatCameWithAProblem() {
    var use = new ToolUse("t", "weather", RawJson.EMPTY_OBJECT, RawJson.EMPTY_OBJECT, "cut off");
    assertThat(refusal(turn(ToolPolicy.ALLOW_ALL), use)).isEqualTo("cut off");
  }

  @Test
  void asksThePolicyOnlyOfWhatCouldRun() {
    ToolPolicy policy =
        (use, tool) -> {
          asked.add(use.id() + " " + tool.name());
          return ToolPolicy.deny("not on Sundays");
        };
    var refusal = refusal(turn(policy), use("time", "{}"));
    assertThat(refusal).isEqualTo("Not run, denied: not on Sundays");
    turn(policy).prepare(use("weather", "{}"), use("none", "{}"));
    assertThat(asked).containsExactly("id-time time");
  }

  @Test
  void pausesWhatThePolicyPauses() {
    ToolPolicy policy =
        (use, tool) -> tool.name().equals("time") ? ToolPolicy.pause("sure?") : ToolPolicy.allow();
    var prepared = turn(policy).prepare(use("weather", "{'city':'Oslo'}"), use("time", "{}"));
    assertThat(prepared.get(0)).isInstanceOf(PreparedCall.Ready.class);
    assertThat(((PreparedCall.Paused) prepared.get(1)).reason()).isEqualTo("sure?");
    assertThatThrownBy(() -> turn(policy).run(prepared))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a call waits for approval, so none of its turn may run");
  }

  /** What is wrong with it is not in the transcript, so a resumed run could not know it. */
  @Test
  void doesNotPauseBesideAMalformedCall() {
    var broken = new ToolUse("t", "time", RawJson.EMPTY_OBJECT, RawJson.EMPTY_OBJECT, "cut off");
    ToolPolicy policy = (use, tool) -> ToolPolicy.pause("sure?");
    var prepared = turn(policy).prepare(use("time", "{}"), broken);
    assertThat(prepared).allMatch(PreparedCall.Refused.class::isInstance);
    assertThat(((PreparedCall.Refused) prepared.get(0)).result().text())
        .isEqualTo(
            "Not run: another call of the same message was malformed. Make this call again.");
  }

  @Test
  void pausesBesideAnUnknownToolAndAnInvalidInput() {
    ToolPolicy policy = (use, tool) -> ToolPolicy.pause("sure?");
    var prepared = turn(policy).prepare(use("time", "{}"), use("none", "{}"), use("weather", "{}"));
    assertThat(prepared.get(0)).isInstanceOf(PreparedCall.Paused.class);
    assertThat(prepared.subList(1, 3)).allMatch(PreparedCall.Refused.class::isInstance);
  }

  @Test
  void throwsWhatThePolicyThrows() {
    ToolPolicy policy =
        (use, tool) -> {
          throw new IllegalStateException("policy is down");
        };
    assertThatThrownBy(() -> turn(policy).prepare(use("time", "{}")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("policy is down");
  }

  @Test
  void givesEachToolATreeOfItsOwn() {
    var use = use("weather", "{'city':'Oslo'}");
    var turn = turn(ToolPolicy.ALLOW_ALL);
    var first = ((PreparedCall.Ready) turn.prepare(use).get(0)).input();
    first.asObject().put("city", "changed");
    var second = ((PreparedCall.Ready) turn.prepare(use).get(0)).input();
    assertThat(second.path("city").asString()).isEqualTo("Oslo");
    assertThat(use.input().text()).isEqualTo("{\"city\":\"Oslo\"}");
  }

  private static Turn turn(ToolPolicy policy) {
    return Turn.of(policy, tool("weather", SCHEMA, context -> null), says("time"));
  }

  private static String refusal(Turn turn, ToolUse use) {
    var refused = (PreparedCall.Refused) turn.prepare(use).get(0);
    assertThat(refused.result().isError()).isTrue();
    assertThat(refused.result().toolUseId()).isEqualTo(use.id());
    return refused.result().text();
  }
}
