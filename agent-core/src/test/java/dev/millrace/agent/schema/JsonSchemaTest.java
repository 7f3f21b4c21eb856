package dev.millrace.agent.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonSchemaTest {
  record Edit(String old, @JsonProperty("new") String replacement) {}

  record Edits(String path, List<Edit> edits) {}

  private final JsonSchema schema = JsonSchema.from(Edits.class);

  @Test
  void acceptsAnInputThatFits() {
    assertThat(schema.validate(json("{'path':'a','edits':[{'old':'x','new':'y'}]}"))).isEmpty();
  }

  @Test
  void namesAMissingPropertyAtTheObjectThatLacksIt() {
    assertThat(schema.validate(json("{'path':'a','edits':[{'old':'x'}]}")))
        .containsExactly(new Violation("/edits/0", "required property 'new' is missing"));
  }

  @Test
  void namesAForbiddenProperty() {
    assertThat(schema.validate(json("{'path':'a','edits':[],'mode':1}")))
        .containsExactly(new Violation("", "property 'mode' is not allowed"));
  }

  @Test
  void listsTwentyViolationsAndSaysHowManyMoreThereAre() {
    var violations = schema.validate(json("{'path':'a','edits':[" + "1,".repeat(24) + "1" + "]}"));
    assertThat(violations).hasSize(21);
    assertThat(violations.get(20)).isEqualTo(new Violation("", "and 5 more problems"));
  }

  @Test
  void refusesATopLevelThatIsNoObject() {
    assertThatThrownBy(() -> JsonSchema.of("{\"type\":\"string\"}"))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageStartingWith("/type: ");
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }
}
