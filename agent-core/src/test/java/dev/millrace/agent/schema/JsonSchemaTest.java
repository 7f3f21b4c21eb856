package dev.millrace.agent.schema;

import static dev.millrace.agent.schema.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSchemaTest {
  record Edit(String old, @JsonProperty("new") String replacement) {}

  record Edits(String path, List<Edit> edits) {}

  record Numbers(int n, BigDecimal exact, BigInteger big) {}

  sealed interface Shape {}

  record Circle(double radius) implements Shape {}

  record Box(int width, int height) implements Shape {}

  record Drawing(List<Shape> shapes) {}

  private final JsonSchema edits = JsonSchema.from(Edits.class);

  @Test
  void acceptsAnInputThatFits() {
    assertThat(edits.validate(json("{'path':'a','edits':[{'old':'x','new':'y'}]}"))).isEmpty();
  }

  @Test
  @Tag("C10")
  void namesAMissingPropertyAtTheObjectThatLacksIt() {
    assertThat(edits.validate(json("{'path':'a','edits':[{'old':'x'}]}")))
        .containsExactly(new Violation("/edits/0", "required property 'new' is missing"));
  }

  @Test
  void namesAForbiddenProperty() {
    assertThat(edits.validate(json("{'path':'a','edits':[],'mode':1}")))
        .containsExactly(new Violation("", "property 'mode' is not allowed"));
  }

  @Test
  void reportsEverythingThatIsWrong() {
    assertThat(edits.validate(json("{'path':1,'edits':[{'old':'x','new':null}]}")))
        .containsExactlyInAnyOrder(
            new Violation("/path", "expected string but found integer"),
            new Violation("/edits/0/new", "expected string but found null"));
  }

  @Test
  @Tag("C10")
  void listsTwentyViolationsAndSaysHowManyMoreThereAre() {
    var violations = edits.validate(json("{'path':'a','edits':[" + "1,".repeat(24) + "1]}"));
    assertThat(violations).hasSize(21);
    assertThat(violations.get(20)).isEqualTo(new Violation("", "and 5 more problems"));
  }

  @Test
  void escapesPointersByRfc6901() {
    var schema =
        JsonSchema.of("{\"type\":\"object\",\"properties\":{\"a/b~c\":{\"type\":\"integer\"}}}");
    assertThat(schema.validate(json("{'a/b~c':'x'}")))
        .extracting(Violation::pointer)
        .containsExactly("/a~1b~0c");
  }

  @Test
  void saysAViolationInALine() {
    assertThat(new Violation("/a", "is wrong")).hasToString("/a: is wrong");
    assertThat(new Violation("", "is wrong")).hasToString("is wrong");
  }

  @ParameterizedTest
  @CsvSource({"5, true", "5.0, true", "5e0, true", "5.5, false", "'\"5\"', false", "true, false"})
  @Tag("C11")
  void countsWhatIsWholeAsAnIntegerAndCoercesNothing(String n, boolean fits) {
    var violations =
        JsonSchema.from(Numbers.class).validate(json("{'n':" + n + ",'exact':1,'big':1}"));
    assertThat(violations.isEmpty()).isEqualTo(fits);
  }

  @Test
  @Tag("C12")
  void comparesBigNumbersExactly() {
    var schema =
        JsonSchema.of(
            "{\"type\":\"object\",\"properties\":{\"n\":{\"maximum\":9007199254740992}}}");
    assertThat(schema.validate(json("{'n':9007199254740992}"))).isEmpty();
    assertThat(schema.validate(json("{'n':9007199254740993}"))).hasSize(1);
    assertThat(schema.validate(json("{'n':9007199254740992.5}"))).hasSize(1);
  }

  @Test
  @Tag("C05")
  void refusesANumberThatCannotBeWrittenOut() {
    assertThat(JsonSchema.from(Numbers.class).validate(json("{'n':1e999999999}")))
        .containsExactly(new Violation("", "number 1E+999999999 is out of range"));
  }

  @Test
  void reportsOnlyTheMemberThatTheDiscriminatorNames() {
    var schema = JsonSchema.from(Drawing.class);
    assertThat(
            schema.validate(
                json("{'shapes':[{'type':'circle','radius':1},{'type':'circle'},{'type':'box'}]}")))
        .containsExactlyInAnyOrder(
            new Violation("/shapes/1", "required property 'radius' is missing"),
            new Violation("/shapes/2", "required property 'width' is missing"),
            new Violation("/shapes/2", "required property 'height' is missing"));
  }

  @Test
  void namesTheDiscriminatorsWhenNoneIsMatched() {
    assertThat(JsonSchema.from(Drawing.class).validate(json("{'shapes':[{'type':'cone','r':1}]}")))
        .containsExactly(new Violation("/shapes/0/type", "must be \"circle\" or \"box\""));
  }

  @Test
  void checksFormatsOfItsOwnTypesAndNotOfACallersSchema() {
    record When(java.time.LocalDate date) {}

    assertThat(JsonSchema.from(When.class).validate(json("{'date':'2026-13-01'}"))).hasSize(1);
    assertThat(
            JsonSchema.of(JsonSchema.from(When.class).json())
                .validate(json("{'date':'2026-13-01'}")))
        .isEmpty();
  }

  @Test
  void keepsTheTextOfACallersSchemaCompact() {
    String text =
        "{\"type\" : \"object\", \"x-note\": 1.50, \"properties\": {\"b\": {}, \"a\": {}} }";
    assertThat(JsonSchema.of(text).json())
        .isEqualTo("{\"type\":\"object\",\"x-note\":1.50,\"properties\":{\"b\":{},\"a\":{}}}");
  }

  @Test
  void isNotChangedThroughTheTreesThatGoInAndOut() {
    var given = (tools.jackson.databind.node.ObjectNode) json("{'type':'object'}");
    var schema = JsonSchema.of(given);
    given.put("minProperties", 1);
    schema.node().put("minProperties", 1);
    assertThat(schema.json()).isEqualTo("{\"type\":\"object\"}");
    assertThat(schema.node()).isEqualTo(json("{'type':'object'}"));
    assertThat(schema.validate(json("{}"))).isEmpty();
  }

  @Test
  @Tag("C14")
  void understandsDraft07() {
    var schema =
        JsonSchema.of(
            json(
                "{'$schema':'http://json-schema.org/draft-07/schema#','type':'object',"
                    + "'definitions':{'pair':{'items':[{'type':'string'},{'type':'integer'}]}},"
                    + "'properties':{'p':{'$ref':'#/definitions/pair'}}}"));
    assertThat(schema.validate(json("{'p':['a',1]}"))).isEmpty();
    assertThat(schema.validate(json("{'p':['a','b']}")))
        .containsExactly(new Violation("/p/1", "expected integer but found string"));
  }

  @Test
  void resolvesDefinitionsUnderTheirOldName() {
    var schema =
        JsonSchema.of(
            json(
                "{'type':'object','definitions':{'n':{'type':'integer'}},"
                    + "'properties':{'a':{'$ref':'#/definitions/n'}}}"));
    assertThat(schema.validate(json("{'a':'x'}"))).hasSize(1);
  }

  @Test
  void validatesFromManyThreadsAtOnce() throws Exception {
    var schema = JsonSchema.from(Edits.class);
    var wrong = json("{'path':1,'edits':[]}");
    Callable<List<Violation>> check = () -> schema.validate(wrong);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : threads.invokeAll(java.util.Collections.nCopies(500, check))) {
        assertThat(result.get())
            .containsExactly(new Violation("/path", "expected string but found integer"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                  |           | array",
        "{'type':'string'}                                   | /type     | \"string\"",
        "{}                                                  | /type     | missing",
        "{'type':3}                                          | /type     | 3",
        "{'type':['object']}                                 | /type     | object",
        "{'type':'object','properties':[]}                   | /properties | expected object",
        "{'type':'object','properties':{'a':{'type':3}}}     | /properties/a/type | \"string\"",
        "{'type':'object','properties':{'a':{'type':'dict'}}}| /properties/a/type | \"object\"",
        "{'type':'object','properties':{'a':{'required':true}}}|/properties/a/required|expected array",
        "{'type':'object','required':'a'}                    | /required | expected array",
        "{'type':'object','anyOf':[{}]}                      | /anyOf    | top level",
        "{'type':'object','oneOf':[{}]}                      | /oneOf    | top level",
        "{'type':'object','allOf':[{}]}                      | /allOf    | top level",
        "{'type':'object','$schema':'http://x/y'}            | /$schema  | http://x/y",
        "{'type':'object','$schema':'http://json-schema.org/draft-04/schema#'}|/$schema|draft-04",
        "{'type':'object','items':{'$ref':'http://h/x'}}     | /items/$ref | http://h/x",
        "{'type':'object','items':{'$ref':'other.json'}}     | /items/$ref | other.json",
        "{'type':'object','items':{'$ref':'#/nope'}}         |           | /nope",
        "{'type':'object','$defs':{'a/b':{'pattern':'('}}}   | /$defs/a~1b/pattern | Unclosed",
        "{'type':'object','patternProperties':{'[':{}}}      | /patternProperties/[ | Unclosed",
        "{'type':'object','maximum':1e999999999}             |           | out of range",
        "{'type':'object','type':'object'}                   |           | not JSON",
        "{'type':'object'} x                                 |           | not JSON",
        "{'type':'object'                                    |           | not JSON",
      })
  @Tag("C14")
  void refusesASchemaAndSaysWhereAndWhy(String schema, String pointer, String reason) {
    assertThatThrownBy(() -> JsonSchema.of(schema.replace('\'', '"')))
        .isInstanceOfSatisfying(
            InvalidSchemaException.class,
            e -> assertThat(e.pointer()).isEqualTo(pointer == null ? "" : pointer))
        .hasMessageContaining(reason);
  }

  @Test
  void refusesASchemaThatIsTooDeepOrTooLarge() {
    String deep =
        "{\"type\":\"object\",\"not\":" + "{\"not\":".repeat(120) + "{}" + "}".repeat(121);
    assertThatThrownBy(() -> JsonSchema.of(deep))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining("122 deep");
    assertThatThrownBy(() -> JsonSchema.of(" ".repeat(1_000_001)))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining("1000001 characters");
    var wide = (tools.jackson.databind.node.ObjectNode) json("{'type':'object'}");
    var examples = wide.putArray("examples");
    for (int i = 0; i < 50_000; i++) {
      examples.add(i);
    }
    assertThatThrownBy(() -> JsonSchema.of(wide))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining("values");
  }

  @Test
  void leavesPropertiesThatAreCalledLikeKeywordsAlone() {
    var schema =
        JsonSchema.of(
            json(
                "{'type':'object','properties':{'$ref':{'type':'string'},'pattern':{'default':"
                    + "{'$ref':'http://x'}},'$schema':{'const':'http://y'}}}"));
    assertThat(schema.validate(json("{'$ref':1}")))
        .containsExactly(new Violation("/$ref", "expected string but found integer"));
  }
}
