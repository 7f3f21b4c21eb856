package dev.millrace.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.agent.stream.JsonFault.Kind;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class PartialJsonTest {

  @Test
  void knowsAtEachPrefixWhatAnIndependentReaderKnows() {
    for (long seed = 0; seed < 300; seed++) {
      String text = RandomJson.object(new Random(seed));
      PartialJson json = new PartialJson();
      for (int end = 0; end <= text.length(); end++) {
        String prefix = text.substring(0, end);
        assertThat((JsonNode) json.snapshot())
            .as("seed %d, prefix %s", seed, prefix)
            .isEqualTo(JsonPrefix.known(prefix));
        assertThat(json.fault()).as("seed %d, prefix %s", seed, prefix).isEmpty();
        if (end < text.length()) {
          json.append(text.substring(end, end + 1));
        }
      }
      assertThat(json.isComplete()).isTrue();
    }
  }

  @Test
  void readsTheSameHoweverTheTextIsCut() {
    for (long seed = 0; seed < 300; seed++) {
      String text = RandomJson.object(new Random(seed));
      JsonNode expected = JsonPrefix.MAPPER.readTree(text);
      for (int cut = 0; cut <= text.length(); cut++) {
        PartialJson json = new PartialJson();
        json.append(text.substring(0, cut));
        json.pointer();
        json.append(text.substring(cut));
        assertThat((JsonNode) json.snapshot())
            .as("seed %d, cut at %d of %s", seed, cut, text)
            .isEqualTo(expected);
        assertThat(json.isComplete()).isTrue();
        assertThat(json.text()).isEqualTo(text);
        assertThat(json.complete())
            .isInstanceOfSatisfying(
                StrictJson.Whole.class,
                whole -> assertThat(whole.json().node()).isEqualTo(expected));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                        | {}",
        "{                         | {}",
        "{\"a                      | {}",
        "{\"a\"                    | {}",
        "{\"a\":                   | {}",
        "{\"a\":\"                 | {\"a\":\"\"}",
        "{\"a\":\"x                | {\"a\":\"x\"}",
        "{\"a\":\"x\\              | {\"a\":\"x\"}",
        "{\"a\":\"x\\u00e          | {\"a\":\"x\"}",
        "{\"a\":\"x\\u00e9         | {\"a\":\"xé\"}",
        "{\"a\":\"x\\ud83d         | {\"a\":\"x\"}",
        "{\"a\":\"x\\ud83d\\ude4   | {\"a\":\"x\"}",
        "{\"a\":\"x\\ud83d\\ude42  | {\"a\":\"x🙂\"}",
        "{\"a\":10                 | {}",
        "{\"a\":10,                | {\"a\":10}",
        "{\"a\":tru                | {}",
        "{\"a\":true               | {\"a\":true}",
        "{\"a\":[1,[2,{\"b\":\"c   | {\"a\":[1,[2,{\"b\":\"c\"}]]}",
        "{\"a\":[{},               | {\"a\":[{}]}",
        "{\"a\":1.0,\"b\":12       | {\"a\":1.0}",
      })
  void showsWhatIsKnownAndLeavesOutTheUnfinished(String text, String expected) {
    PartialJson json = new PartialJson();
    json.append(text);
    assertThat(json.snapshot().toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                              | ``",
        "{\"a                            | ``",
        "{\"a\"                          | /a",
        "{\"a\":                         | /a",
        "{\"a\":\"x                      | /a",
        "{\"a\":\"x\"                    | ``",
        "{\"a\":\"x\",\"b                | ``",
        "{\"a\":[                        | /a",
        "{\"a\":[1                       | /a/0",
        "{\"a\":[1,                      | /a",
        "{\"a\":[1,\"                    | /a/1",
        "{\"a\":[1,{\"b\":[[],[n         | /a/1/b/1/0",
        "{\"a\":[1,{\"b\":[[],[]]        | /a/1",
        "{\"a/b~c\":{\"\\u00e9\\\"\":\"  | /a~1b~0c/é\"",
        "{\"\":\"x                       | /",
        "{\"a\":1}                       | ``",
      })
  void pointsAtTheValueBeingWritten(String text, String expected) {
    PartialJson json = new PartialJson();
    json.append(text);
    assertThat(json.pointer()).isEqualTo(expected);
  }

  @Test
  void isCompleteWhenTheObjectIsClosedAndOnlyBlanksFollow() {
    PartialJson json = new PartialJson();
    json.append(" {\"a\":1");
    assertThat(json.isComplete()).isFalse();
    json.append("}");
    assertThat(json.isComplete()).isTrue();
    json.append(" \n");
    assertThat(json.isComplete()).isTrue();
    json.append("{");
    assertThat(json.isComplete()).isFalse();
    assertThat(json.fault()).map(JsonFault::kind).contains(Kind.TRAILING_TEXT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]                 | NOT_AN_OBJECT | 0 | expected '{', the start of an object, but found '['",
        "{\"a\" 1}           | SYNTAX        | 5 | expected ':' after a key, but found '1'",
        "{a:1}               | SYNTAX        | 1 | expected a key in double quotes or '}', but found 'a'",
        "{\"a\":1,}          | SYNTAX        | 7 | expected a key in double quotes, but found '}'",
        "{\"a\":cronjob}     | SYNTAX        | 5 | expected a value, but found 'c'",
        "{\"a\":nil}         | SYNTAX        | 6 | expected the literal null, but found 'i'",
        "{\"a\":01}          | SYNTAX        | 6 | expected ',' or '}' after a value, but found '1'",
        "{\"a\":[1}          | SYNTAX        | 7 | expected ',' or ']' after a value, but found '}'",
        "{\"a\":-}           | SYNTAX        | 6 | expected a digit, but found '}'",
        "{\"a\":\"\\x\"}     | SYNTAX        | 7 | expected one of \" \\ / b f n r t u after a backslash, but found 'x'",
        "{\"a\":\"\\u12x4\"} | SYNTAX        | 10 | expected four hex digits after \\u, but found 'x'",
        "{\"a\":1}{\"b\":2}  | TRAILING_TEXT | 7 | expected nothing after the object, but found '{'",
        "{\"a\":1,\"a\":2}   | DUPLICATE_KEY | 7 | a key stands twice in the same object",
        "{\"a\":1,\"\\u0061\":2} | DUPLICATE_KEY | 7 | a key stands twice in the same object",
        "{\"a\":\"\\ud83d\"} | LONE_SURROGATE | 6 | a string holds half of a surrogate pair, which no UTF-8 text can hold",
      })
  void tellsWhatIsWrongAndWhere(String text, Kind kind, int offset, String reason) {
    for (int size : new int[] {text.length(), 1}) {
      PartialJson json = fed(text, size);
      assertThat(json.fault()).contains(new JsonFault(kind, offset, reason));
      assertThat(json.complete())
          .isInstanceOfSatisfying(
              StrictJson.Refused.class,
              refused -> assertThat(refused.fault().kind()).isEqualTo(kind));
    }
  }

  @Test
  void showsControlCharactersByTheirCode() {
    assertThat(fed("{\"a\":\"\n\"}", 1).fault())
        .map(JsonFault::toString)
        .contains(
            "expected an escape instead of a control character in a string, but found U+000A"
                + " (at character 6)");
  }

  @Test
  void showsNoMoreAfterAFault() {
    PartialJson json = new PartialJson();
    json.append("{\"a\":\"x\",\"b\":\"y\u0001");
    assertThat(json.snapshot().toString()).isEqualTo("{\"a\":\"x\",\"b\":\"y\"}");
    json.append("z\"}");
    assertThat(json.snapshot().toString()).isEqualTo("{\"a\":\"x\",\"b\":\"y\"}");
    assertThat(json.isComplete()).isFalse();
  }

  @Test
  void keepsOneKeyInDifferentObjectsApart() {
    assertThat(fed("{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]},\"b\":{\"a\":3}}", 1).fault()).isEmpty();
  }

  @Test
  @Tag("C04")
  void capsTheDepth() {
    String deepest = "{\"a\":".repeat(63) + "{}" + "}".repeat(63);
    assertThat(fed(deepest, deepest.length()).isComplete()).isTrue();
    PartialJson tooDeep = fed("{\"a\":" + "[".repeat(100_000), 1 << 20);
    assertThat(tooDeep.fault()).map(JsonFault::kind).contains(Kind.TOO_DEEP);
    assertThat(tooDeep.fault()).map(JsonFault::offset).contains(5 + 63);
    assertThat(tooDeep.snapshot().toString()).hasSize(5 + 63 + 63 + 1);
  }

  @Test
  void capsTheLength() {
    PartialJson json = new PartialJson(64, 10);
    json.append("{\"a\":\"1234");
    assertThat(json.fault()).isEmpty();
    json.append("5");
    json.append("");
    assertThat(json.fault())
        .contains(new JsonFault(Kind.TOO_LONG, 10, "longer than 10 characters"));
    assertThat(json.text()).isEqualTo("{\"a\":\"1234");
    assertThat(json.snapshot().toString()).isEqualTo("{\"a\":\"1234\"}");
    assertThat(json.isComplete()).isFalse();
  }

  @Test
  void isNotCompleteWhenTheCapCutOffWhatFollows() {
    PartialJson json = new PartialJson(64, 2);
    json.append("{}");
    assertThat(json.isComplete()).isTrue();
    json.append(" ");
    assertThat(json.isComplete()).isFalse();
    assertThat(json.complete()).isInstanceOf(StrictJson.Refused.class);
  }

  @Test
  void refusesCapsOutOfRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PartialJson(0, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> new PartialJson(501, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> new PartialJson(64, 0));
  }

  @Test
  void replacesLoneSurrogatesInWhatItShows() {
    for (String lone : new String[] {"\\ud83d", "\\ude42", "\ud83d", "\ude42"}) {
      String replaced = lone.length() == 1 ? "\uFFFD" : "\\ufffd";
      PartialJson json = fed("{\"a\":\"x" + lone + "y\",\"b\":1}", 1);
      assertThat(json.snapshot().get("a").asString()).isEqualTo("x\uFFFDy");
      assertThat(json.text()).isEqualTo("{\"a\":\"x" + replaced + "y\",\"b\":1}");
    }
  }

  @Test
  void letsOnlyHalvesOfTheSameFormPair() {
    assertThat(fed("{\"a\":\"\\ud83d\\ude42\ud83d\ude42\"}", 1).fault()).isEmpty();
    for (String mixed : new String[] {"\\ud83d\ude42", "\ud83d" + "\\ude42"}) {
      PartialJson json = fed("{\"a\":\"" + mixed + "\"}", 1);
      assertThat(json.fault()).map(JsonFault::kind).contains(Kind.LONE_SURROGATE);
      assertThat(json.snapshot().get("a").asString()).isEqualTo("\uFFFD\uFFFD");
    }
  }

  @Test
  @Tag("A12")
  void worksLinearlyHoweverItIsAsked() {
    long small = workOfAViewedText(100_000);
    long large = workOfAViewedText(200_000);
    assertThat(large).isLessThan(small * 21 / 10);
    assertThat(large).isLessThan(200_000 * 6);
  }

  private static long workOfAViewedText(int length) {
    String text = "{\"path\":\"a.txt\",\"content\":\"" + "line\\n".repeat(length / 6) + "\"}";
    PartialJson json = new PartialJson();
    JsonFollower follower = json.follow();
    for (int at = 0; at < text.length(); at += 5) {
      json.append(text.substring(at, Math.min(at + 5, text.length())));
      json.pointer();
      json.isComplete();
      follower.changes();
    }
    json.complete();
    return json.work();
  }

  @Test
  void looksAtNothingUntilItIsAsked() {
    PartialJson json = fed("{\"a\":[1,2,3]}", 1);
    assertThat(json.work()).isZero();
    json.pointer();
    assertThat(json.work()).isPositive();
  }

  @Test
  void isSafeToReadWhileItGrows() throws InterruptedException {
    String text = "{\"a\":\"" + "0123456789".repeat(5_000) + "\"}";
    PartialJson json = new PartialJson();
    AtomicBoolean consistent = new AtomicBoolean(true);
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              StringBuilder seen = new StringBuilder();
              JsonFollower follower = json.follow();
              boolean last = false;
              while (!last) {
                last = json.isComplete();
                for (JsonChange change : follower.changes()) {
                  if (change instanceof JsonChange.Appended appended) {
                    seen.append(appended.text());
                  }
                }
                String known = json.snapshot().path("a").asString("");
                consistent.compareAndSet(true, known.startsWith(seen.toString()));
              }
              consistent.compareAndSet(true, seen.length() == 50_000);
            });
    for (int at = 0; at < text.length(); at += 7) {
      json.append(text.substring(at, Math.min(at + 7, text.length())));
    }
    reader.join();
    assertThat(consistent).isTrue();
  }

  private static PartialJson fed(String text, int size) {
    PartialJson json = new PartialJson();
    for (int at = 0; at < text.length(); at += size) {
      json.append(text.substring(at, Math.min(at + size, text.length())));
    }
    return json;
  }
}
