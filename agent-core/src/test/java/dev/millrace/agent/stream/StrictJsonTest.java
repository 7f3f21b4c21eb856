package dev.millrace.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.stream.JsonFault.Kind;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t\r ", "{}", " { } "})
  void takesBlankTextAsAnEmptyObject(String text) {
    assertThat(StrictJson.parse(text)).isEqualTo(new StrictJson.Whole(RawJson.EMPTY_OBJECT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"x\"", "null", "42", "[{}]"})
  @Tag("C09")
  void refusesWhatIsNoObject(String text) {
    assertRefused(text, Kind.NOT_AN_OBJECT);
  }

  @Test
  @Tag("C01")
  void neverMakesAnObjectOfATextThatIsCutOff() {
    for (long seed = 0; seed < 200; seed++) {
      String text = RandomJson.object(new Random(seed)).strip();
      for (int end = 1; end < text.length(); end++) {
        String prefix = text.substring(0, end);
        assertThat(StrictJson.parse(prefix))
            .as("seed %d: %s", seed, prefix)
            .isEqualTo(
                new StrictJson.Refused(
                    new JsonFault(Kind.CUT_OFF, end, "the text ends before the object is closed"),
                    Optional.empty()));
      }
    }
  }

  @Test
  void keepsDigitsAndOrder() {
    String text =
        "{\"z\":1.500,\"a\":9007199254740993,\"m\":[1E+2,-0,123456789012345678901234567890]}";
    StrictJson.Whole whole = (StrictJson.Whole) StrictJson.parse(" " + text.replace(",", " ,\n"));
    assertThat(whole.json().text()).isEqualTo(text);
    assertThat(whole.json().node().get("z").decimalValue()).isEqualTo("1.500");
    assertThat(whole.json().node().get("m").get(2).bigIntegerValue())
        .isEqualTo("123456789012345678901234567890");
  }

  @ParameterizedTest
  @CsvSource({
    "{\"a\":1}x, TRAILING_TEXT",
    "{\"a\":1}{\"b\":2}, TRAILING_TEXT",
    "{\"a\":1}}, TRAILING_TEXT"
  })
  void refusesWhatFollowsTheObject(String text, Kind kind) {
    assertRefused(text, kind);
  }

  @Test
  @Tag("C03")
  void refusesDuplicateKeysWithoutChoosingOne() {
    assertThat(StrictJson.parse("{\"path\":\"/safe\",\"path\":\"/etc/passwd\"}"))
        .isEqualTo(
            new StrictJson.Refused(
                new JsonFault(Kind.DUPLICATE_KEY, 16, "a key stands twice in the same object"),
                Optional.empty()));
  }

  @Test
  void refusesLoneSurrogatesButKeepsTheRepairedObject() {
    StrictJson.Refused refused = (StrictJson.Refused) StrictJson.parse("{\"a\":\"\\ud83d!\"}");
    assertThat(refused.fault().kind()).isEqualTo(Kind.LONE_SURROGATE);
    assertThat(refused.fault().offset()).isEqualTo(6);
    assertThat(refused.repaired().orElseThrow().node().get("a").asString()).isEqualTo("\uFFFD!");
  }

  @ParameterizedTest
  @CsvSource({"\\ud83d, \\ude42", "\\ud8, 3d\\ude42", "\\, ud83d\\ude42", "\ud83d, \ude42"})
  @Tag("C07")
  void joinsASurrogatePairSplitOverTwoFragments(String first, String second) {
    PartialJson json = new PartialJson();
    json.append("{\"a\":\"" + first);
    assertThat(json.snapshot().get("a").asString()).isEmpty();
    json.append(second + "\"}");
    StrictJson.Whole whole = (StrictJson.Whole) json.complete();
    assertThat(whole.json().node().get("a").asString()).isEqualTo("🙂");
  }

  @Test
  @Tag("C05")
  void refusesNumbersThatAreTooCostly() {
    assertWhole("{\"a\":" + "1".repeat(1000) + "}");
    assertRefused("{\"a\":" + "1".repeat(1001) + "}", Kind.NUMBER_TOO_LARGE);
    assertRefused("{\"a\":0." + "0".repeat(999) + "}", Kind.NUMBER_TOO_LARGE);
    assertWhole("{\"a\":1e1000,\"b\":1E-01000}");
    assertRefused("{\"a\":1e1001}", Kind.NUMBER_TOO_LARGE);
    assertRefused("{\"a\":1e-999999999}", Kind.NUMBER_TOO_LARGE);
    assertRefused("{\"a\":1e99999999999999999999}", Kind.NUMBER_TOO_LARGE);
  }

  @Test
  void obeysCapsOfItsOwn() {
    assertThat(StrictJson.parse("{\"a\":[]}", 1, 100))
        .extracting(r -> ((StrictJson.Refused) r).fault().kind())
        .isEqualTo(Kind.TOO_DEEP);
    assertThat(StrictJson.parse("{\"a\":[]}", 2, 7))
        .extracting(r -> ((StrictJson.Refused) r).fault().kind())
        .isEqualTo(Kind.TOO_LONG);
    assertThat(StrictJson.parse("{\"a\":[]}", 2, 8)).isInstanceOf(StrictJson.Whole.class);
  }

  @Test
  void refusesKeysThatAreTooLong() {
    assertWhole("{\"" + "k".repeat(50_000) + "\":1}");
    assertRefused("{\"" + "k".repeat(50_001) + "\":1}", Kind.TOO_LONG);
  }

  /** A choice from the grammar of RFC 8259, so that a build without the JSON test suite has one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[ ]",
        "[1,[2,{}]]",
        "-0",
        "0.5",
        "1e5",
        "1E+5",
        "-1.25e-7",
        "123456789012345678901234567890",
        "true",
        "null",
        "\"\"",
        "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t\"",
        "\"\\u0000 \\uD83D\\uDE42 \\uffff\"",
        "\"\u007f \u2028 \uFFFF 🙂\"",
        " \t\r\n1 ",
        "{\"\":1,\" \":2}",
        "{\"a\":{\"a\":1}}"
      })
  @Tag("C06")
  void takesEachValueOfTheGrammarWholeAndCharacterByCharacter(String value) {
    var text = "{\"in\":" + value + "}";
    assertThat(StrictJson.parse(text)).isEqualTo(characterByCharacter(text));
    assertWhole(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "1]",
        "[1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1,,\"b\":2}",
        "'a'",
        "01",
        "-01",
        "+1",
        ".5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "-",
        "0x1F",
        "1_000",
        "NaN",
        "-Infinity",
        "True",
        "nul",
        "undefined",
        "\"",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"\n\"",
        "\"\t\"",
        "\"\u0000\"",
        "\u00a01",
        "\f1",
        "\uFEFF1",
        "/* */1",
        "1//",
        "#1",
        "1;"
      })
  @Tag("C06")
  void refusesWhatTheGrammarDoesNotKnowWholeAndCharacterByCharacter(String value) {
    var text = "{\"in\":" + value + "}";
    assertThat(StrictJson.parse(text))
        .isInstanceOf(StrictJson.Refused.class)
        .isEqualTo(characterByCharacter(text));
  }

  private static StrictJson characterByCharacter(String text) {
    var json = new PartialJson();
    text.chars().forEach(c -> json.append(String.valueOf((char) c)));
    return json.complete();
  }

  private static void assertWhole(String text) {
    assertThat(StrictJson.parse(text)).isInstanceOf(StrictJson.Whole.class);
  }

  private static void assertRefused(String text, Kind kind) {
    assertThat(StrictJson.parse(text))
        .isInstanceOfSatisfying(
            StrictJson.Refused.class,
            refused -> {
              assertThat(refused.fault().kind()).isEqualTo(kind);
              assertThat(refused.repaired()).isEmpty();
            });
  }
}
