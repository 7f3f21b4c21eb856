package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** What is kept without a parser is what a strict parser would keep as it is. */
class JsonCheckTest {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final String[] SCALARS = {
    "0",
    "-0",
    "1",
    "-12.5",
    "1e5",
    "2E-7",
    "1.0e+2",
    "1.50",
    "999999999",
    "2147483648",
    "-9223372036854775808",
    "9223372036854775808",
    "123456789012345678901234567890",
    "true",
    "false",
    "null",
    "\"\"",
    "\"a\"",
    "\"\\n\\\"\\\\\"",
    "\"\u00e9\u20ac\"",
    "\"\\u0041\"",
    "\"\ud83d\ude00\"",
    "\"{[,:]}\""
  };
  private static final Pattern STRING_OR_BLANKS = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|\\s+");
  private static final String ALPHABET = "{}[]\",:\\ntu0123456789.-+eE \n\u0001\ud800aé";

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private String value(int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(4);
    if (kind < 2) {
      return SCALARS[random.nextInt(SCALARS.length)];
    }
    var parts = new ArrayList<String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      var value = value(depth - 1);
      parts.add(kind == 2 ? value : "\"k" + random.nextInt(6) + "\":" + blanks() + value);
    }
    return (kind == 2 ? "[" : "{")
        + String.join("," + blanks(), parts)
        + blanks()
        + (kind == 2 ? "]" : "}");
  }

  /** As the API pads its events. */
  private String blanks() {
    return " ".repeat(Math.max(0, random.nextInt(12) - 8));
  }

  private String mutated(String json) {
    var out = new StringBuilder(json);
    for (int i = random.nextInt(3); i > 0 && !out.isEmpty(); i--) {
      int at = random.nextInt(out.length());
      var c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(3)) {
        case 0 -> out.setCharAt(at, c);
        case 1 -> out.insert(at, c);
        default -> out.deleteCharAt(at);
      }
    }
    return out.toString();
  }

  @Test
  void recognisesOnlyWhatAStrictParserAccepts() {
    int exact = 0;
    for (int i = 0; i < 200_000; i++) {
      var json = mutated(value(4));
      if (RawJson.exact(json).isPresent()) {
        exact++;
        var tree = STRICT.readTree(json);
        var raw = RawJson.parse(json);
        assertThat(raw.text()).as("seed %d", seed).isEqualTo(compact(json));
        assertThat(raw.node()).as("seed %d", seed).isEqualTo(tree);
        assertPartsAre(tree, raw);
      }
    }
    assertThat(exact).as("seed %d", seed).isGreaterThan(20_000);
  }

  /** Without the blanks outside of strings, found in another way than the code under test does. */
  private static String compact(String json) {
    return STRING_OR_BLANKS
        .matcher(json)
        .replaceAll(found -> Matcher.quoteReplacement(found.group().strip()));
  }

  private void assertPartsAre(JsonNode tree, RawJson raw) {
    if (raw.isObject()) {
      assertThat(raw.members().keySet())
          .as("seed %d", seed)
          .containsExactlyElementsOf(tree.propertyNames());
      raw.members()
          .forEach((name, member) -> {
            assertThat(STRICT.readTree(member.text())).isEqualTo(tree.get(name));
            assertThat(raw.find(name)).as("seed %d", seed).hasValue(member);
          });
      assertThat(raw.find("no")).as("seed %d", seed).isEmpty();
    } else if (raw.isArray()) {
      var elements = raw.elements();
      assertThat(elements).as("seed %d", seed).hasSize(tree.size());
      for (int i = 0; i < elements.size(); i++) {
        assertThat(STRICT.readTree(elements.get(i).text())).isEqualTo(tree.get(i));
      }
    } else if (raw.isString()) {
      assertThat(raw.asString()).as("seed %d", seed).isEqualTo(tree.asString());
    }
  }

  @Test
  void leavesWhatItIsNotSureOfToTheParser() {
    var deep = "[".repeat(65) + "]".repeat(65);
    var many = new StringBuilder("{");
    for (int i = 0; i < 40; i++) {
      many.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":0");
    }
    var keys = many.append("}").toString();
    for (var json : List.of(deep, keys, "\"\\u0041\"", "\"\\/\"")) {
      assertThat(RawJson.exact(json)).as(json).isEmpty();
      assertThat(RawJson.parse(json).node()).isEqualTo(STRICT.readTree(json));
    }
    for (var json :
        List.of("{\"a\":1,\"a\":2}", "01", "1.", "[1,]", "\"\n\"", "", "nul", "1".repeat(1001))) {
      assertThat(RawJson.exact(json)).as(json).isEmpty();
      assertThatThrownBy(() -> RawJson.parse(json)).isInstanceOf(InvalidJsonException.class);
    }
  }

  @Test
  void aNumberThatNoExactOneCanHoldIsRefusedWhenItIsRead() {
    var json = RawJson.parse("{\"a\":1e99999999999}");
    assertThat(json.member("a").text()).isEqualTo("1e99999999999");
    assertThatThrownBy(json::node)
        .isInstanceOf(InvalidJsonException.class)
        .hasMessageContaining("exponent");
  }
}
