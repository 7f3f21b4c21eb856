package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class RawJsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0",
        "1e5",
        "1E+5",
        "-0",
        "-0.0",
        "12345678901234567890",
        "0.1000",
        "1e400",
        "1e-400",
        "1e999999999",
        "true",
        "null",
        "\"\"",
        "[]",
        "{\"b\":1,\"a\":{\"z\":[1.00,-0]},\"\":\"é日🙂\"}"
      })
  void keepsDigitsAndOrder(String json) {
    assertThat(RawJson.parse(json).text()).isEqualTo(json);
    assertThat(RawJson.parse("{\"x\":" + json + "}").member("x").text()).isEqualTo(json);
    assertThat(RawJson.parse("[0," + json + "]").elements().get(1).text()).isEqualTo(json);
  }

  @Test
  void isCompact() {
    assertThat(RawJson.parse(" { \"a\" :\t[ 1 ,\n2 ] }\r\n").text()).isEqualTo("{\"a\":[1,2]}");
  }

  @Test
  void equalityIsThatOfTheText() {
    assertThat(RawJson.parse("{\"a\": 1}")).isEqualTo(RawJson.parse("{\"a\":1}"));
    assertThat(RawJson.parse("{\"a\": 1}")).hasSameHashCodeAs(RawJson.parse("{\"a\":1}"));
    assertThat(RawJson.parse("1.0")).isNotEqualTo(RawJson.parse("1"));
    assertThat(RawJson.parse("\"\\u0041\"")).isEqualTo(RawJson.parse("\"A\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "01",
        "+1",
        "NaN",
        "tru",
        "1 2",
        "{}{}",
        "{}x",
        "\"a",
        "\"\n\"",
        "{\"a\":1,\"a\":2}",
        "{\"o\":{\"a\":1,\"\\u0061\":2}}",
        "/**/1"
      })
  void refusesWhatIsNotOneJsonValue(String json) {
    assertThatThrownBy(() -> RawJson.parse(json)).isInstanceOf(InvalidJsonException.class);
    assertThatThrownBy(() -> RawJson.parseRepairing(json)).isInstanceOf(InvalidJsonException.class);
  }

  @Test
  void tellsWhereTheFaultIs() {
    var fault = catchThrowableOfType(InvalidJsonException.class, () -> RawJson.parse("{} {}"));
    assertThat(fault).hasMessage("expected one JSON value, but more follows it (at character 3)");
    assertThat(fault.reason()).isEqualTo("expected one JSON value, but more follows it");
    assertThat(fault.offset()).isEqualTo(3);
    assertThat(fault.repaired()).isEmpty();
  }

  @Test
  void refusesHalvesOfSurrogatePairsButOffersTheRepairedValue() {
    for (var json :
        List.of("{\"a\":\"x\\ud83d\"}", "{\"a\":\"x\ud83d\"}", "{\"a\":\"x\\ude42\"}")) {
      var fault = catchThrowableOfType(InvalidJsonException.class, () -> RawJson.parse(json));
      assertThat(fault.repaired()).contains(RawJson.parse("{\"a\":\"x\uFFFD\"}"));
      assertThat(fault.offset()).isEqualTo(5);
      assertThat(RawJson.parseRepairing(json)).isEqualTo(RawJson.parse("{\"a\":\"x\uFFFD\"}"));
    }
    assertThat(RawJson.parse("\"\\ud83d\\ude42\"")).isEqualTo(RawJson.ofString("🙂"));
    assertThat(RawJson.ofString("a\ud83d").text()).isEqualTo("\"a\uFFFD\"");
    assertThat(RawJson.ofString("\ude42\ud83d\ud83d").text()).isEqualTo("\"\uFFFD\uFFFD\uFFFD\"");
  }

  @Test
  void refusesKeysThatAreTheSameOnceTheyAreRepaired() {
    assertThatThrownBy(() -> RawJson.parseRepairing("{\"\\ud800\":1,\"\\ud801\":2}"))
        .isInstanceOf(InvalidJsonException.class);
  }

  @Test
  void nestsUpToTheCapAndNoDeeper() {
    int cap = RawJson.MAX_DEPTH;
    assertThat(RawJson.parse("[".repeat(cap) + "]".repeat(cap)).node().isArray()).isTrue();
    assertThatThrownBy(() -> RawJson.parse("[".repeat(cap + 1) + "]".repeat(cap + 1)))
        .isInstanceOf(InvalidJsonException.class);
    assertThat(RawJson.parse("{\"a\":[]}", 2).text()).isEqualTo("{\"a\":[]}");
    assertThatThrownBy(() -> RawJson.parse("{\"a\":[{}]}", 2))
        .isInstanceOf(InvalidJsonException.class)
        .hasMessageContaining("nested deeper than 2 levels");
  }

  @Test
  @Tag("C04")
  void refusesDepthBombsWithoutOverflowingTheStack() {
    assertThatThrownBy(() -> RawJson.parse("[".repeat(1_000_000)))
        .isInstanceOf(InvalidJsonException.class);
    assertThatThrownBy(() -> RawJson.parse("{\"a\":".repeat(1_000_000)))
        .isInstanceOf(InvalidJsonException.class);
    var tree = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 2_000; i++) {
      tree = JsonNodeFactory.instance.arrayNode().add(tree);
    }
    var deep = tree;
    assertThatThrownBy(() -> RawJson.of(deep)).isInstanceOf(InvalidJsonException.class);
  }

  @Test
  @Tag("C05")
  void capsTheLengthOfNumbersOnly() {
    assertThat(RawJson.parse("1".repeat(RawJson.MAX_NUMBER_LENGTH)).text()).hasSize(1_000);
    assertThatThrownBy(() -> RawJson.parse("1".repeat(RawJson.MAX_NUMBER_LENGTH + 1)))
        .isInstanceOf(InvalidJsonException.class);
    assertThatThrownBy(() -> RawJson.parse("0." + "1".repeat(RawJson.MAX_NUMBER_LENGTH)))
        .isInstanceOf(InvalidJsonException.class);
    var longText = "\"" + "x".repeat(30_000_000) + "\"";
    assertThat(RawJson.parse(longText).text()).isEqualTo(longText);
  }

  @Test
  void givesTreesWithExactNumbers() {
    var tree = RawJson.parse("[1.0,12345678901234567890,0.1000,1e400]").node();
    assertThat(tree.get(0).decimalValue()).isEqualTo("1.0");
    assertThat(tree.get(1).bigIntegerValue()).isEqualTo("12345678901234567890");
    assertThat(tree.get(2).decimalValue()).isEqualTo("0.1000");
    assertThat(tree.get(3).decimalValue()).isEqualByComparingTo("1e400");
    assertThat(RawJson.of(tree).text()).isEqualTo("[1.0,12345678901234567890,0.1000,1E+400]");
  }

  @Test
  void isTakenApartAndPutTogether() {
    var object = RawJson.parse("{\"a\":1.0,\"b\":[2,3]}");
    assertThat(object.members())
        .containsExactly(
            Map.entry("a", RawJson.parse("1.0")), Map.entry("b", RawJson.parse("[2,3]")));
    assertThat(object.with("c", RawJson.parse("4")).text())
        .isEqualTo("{\"a\":1.0,\"b\":[2,3],\"c\":4}");
    assertThat(object.with("a", RawJson.parse("4")).text()).isEqualTo("{\"a\":4,\"b\":[2,3]}");
    assertThat(RawJson.EMPTY_OBJECT.with("\"", RawJson.EMPTY_OBJECT).text())
        .isEqualTo("{\"\\\"\":{}}");
    assertThat(RawJson.array(object.member("b").elements()).text()).isEqualTo("[2,3]");
    assertThat(RawJson.object(object.members())).isEqualTo(object);
  }

  @Test
  void findsMembersByTheirNamesHoweverTheseAreWritten() {
    var object =
        RawJson.parse(
            "{\"a\\nb\":1,\"a\\\\nb\":2,\"in\":{\"key\":3},\"s\":\"\\\"key\\\":4\",\"\":5,\"key\":[6,7]}");
    object.members().forEach((name, member) -> assertThat(object.find(name)).hasValue(member));
    assertThat(object.find("a\nb")).hasValue(RawJson.ofNumber(1));
    assertThat(object.find("a\\nb")).hasValue(RawJson.ofNumber(2));
    assertThat(object.find("ke")).isEmpty();
    assertThat(object.find("keys")).isEmpty();
    assertThat(RawJson.EMPTY_OBJECT.find("a")).isEmpty();
    assertThat(RawJson.parse("[\"a\",1]").find("a")).isEmpty();
  }

  @Test
  void saysWhatItIsNot() {
    var array = RawJson.parse("[1]");
    assertThatThrownBy(() -> array.member("a")).hasMessage("expected a JSON object");
    assertThatThrownBy(() -> array.with("a", array)).hasMessage("expected a JSON object");
    assertThatThrownBy(() -> RawJson.EMPTY_OBJECT.elements()).hasMessage("expected a JSON array");
    assertThatThrownBy(() -> RawJson.EMPTY_OBJECT.member("a")).hasMessage("no member \"a\"");
    assertThat(array.isArray() && !array.isObject() && !array.isString()).isTrue();
    assertThat(RawJson.ofString("x").isString()).isTrue();
  }

  @Test
  void treesDoNotShareStateWithTheText() {
    var json = RawJson.parse("{\"a\":1}");
    json.node().asObject().put("a", 2);
    assertThat(json.text()).isEqualTo("{\"a\":1}");
  }
}
