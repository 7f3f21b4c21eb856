package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.stream.JsonFault.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The parser's place in nst/JSONTestSuite. Values that are no objects are put into one. */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class JsonTestSuiteTest {
  private static final String ACCEPTED = "ACCEPTED";

  /** What the suite leaves open, inside an object: {@code i_} files and their answer here. */
  private static final Map<String, String> OPEN_CASES = openCases();

  private static Map<String, String> openCases() {
    Map<String, String> cases = new TreeMap<>();
    // Numbers are kept exact and never made a double, so only the costly ones are refused.
    add(
        cases,
        ACCEPTED,
        "number_double_huge_neg_exp number_too_big_neg_int number_too_big_pos_int"
            + " number_very_big_negative_int");
    add(
        cases,
        Kind.NUMBER_TOO_LARGE.name(),
        "number_huge_exp number_neg_int_huge_exp number_pos_double_huge_exp"
            + " number_real_neg_overflow number_real_pos_overflow number_real_underflow");
    // Bytes that are no UTF-8 have become U+FFFD before the parser sees them.
    add(
        cases,
        ACCEPTED,
        "string_UTF-8_invalid_sequence string_UTF8_surrogate_U+D800 string_invalid_utf-8"
            + " string_iso_latin_1 string_lone_utf8_continuation_byte string_not_in_unicode_range"
            + " string_overlong_sequence_2_bytes string_overlong_sequence_6_bytes"
            + " string_overlong_sequence_6_bytes_null string_truncated-utf-8");
    add(
        cases,
        Kind.LONE_SURROGATE.name(),
        "object_key_lone_2nd_surrogate string_1st_surrogate_but_2nd_missing"
            + " string_1st_valid_surrogate_2nd_invalid"
            + " string_incomplete_surrogate_and_escape_valid string_incomplete_surrogate_pair"
            + " string_incomplete_surrogates_escape_valid string_invalid_lonely_surrogate"
            + " string_invalid_surrogate string_inverted_surrogates_U+1D11E"
            + " string_lone_second_surrogate");
    add(
        cases,
        Kind.SYNTAX.name(),
        "string_UTF-16LE_with_BOM string_utf16BE_no_BOM string_utf16LE_no_BOM"
            + " structure_UTF-8_BOM_empty_object");
    add(cases, Kind.TOO_DEEP.name(), "structure_500_nested_arrays");
    return cases;
  }

  private static void add(Map<String, String> cases, String verdict, String names) {
    for (String name : names.split(" ", -1)) {
      cases.put("i_" + name, verdict);
    }
  }

  @Test
  @Tag("C06")
  void judgesEachFileAsTheSuiteDoes() {
    Map<String, String> open = new TreeMap<>();
    List<Path> files = Corpora.files(Corpora.path("json-test-suite", "test_parsing"));
    assertThat(files).hasSize(318);
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".json", "");
      String text = new String(Corpora.bytes(file), UTF_8);
      String verdict = verdict("{\"in\":" + text + "}");
      switch (name.charAt(0)) {
        case 'y' -> assertThat(verdict).as(name).isEqualTo(expectedOfValid(name));
        case 'n' -> assertThat(verdict).as(name).isNotEqualTo(ACCEPTED);
        default -> open.put(name, verdict);
      }
      if (!name.startsWith("i")) {
        assertByItself(name, text, verdict);
      }
    }
    assertThat(open).isEqualTo(OPEN_CASES);
  }

  /** The suite takes duplicate keys; a tool's input must not have them. */
  private static String expectedOfValid(String name) {
    return name.startsWith("y_object_duplicated_key") ? Kind.DUPLICATE_KEY.name() : ACCEPTED;
  }

  private static void assertByItself(String name, String text, String inObject) {
    String verdict = verdict(text);
    if (text.isBlank()) {
      assertThat(verdict).as("%s: a call without arguments", name).isEqualTo(ACCEPTED);
    } else if (name.startsWith("n")) {
      assertThat(verdict).as(name).isNotEqualTo(ACCEPTED);
    } else {
      boolean isObject = text.strip().startsWith("{");
      assertThat(verdict).as(name).isEqualTo(isObject ? inObject : Kind.NOT_AN_OBJECT.name());
    }
  }

  /** The judgement of the text, whole and character by character. */
  private static String verdict(String text) {
    String verdict = verdict(StrictJson.parse(text));
    PartialJson json = new PartialJson();
    text.chars().forEach(c -> json.append(String.valueOf((char) c)));
    assertThat(verdict(json.complete())).isEqualTo(verdict);
    return verdict;
  }

  private static String verdict(StrictJson result) {
    return switch (result) {
      case StrictJson.Whole whole -> ACCEPTED;
      case StrictJson.Refused(var fault, var repaired) -> fault.kind().name();
    };
  }
}
