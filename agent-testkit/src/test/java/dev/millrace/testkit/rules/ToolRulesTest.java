package dev.millrace.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ToolRulesTest {
  private static final String STAT = "{'name':'stat','input_schema':{'type':'object'}}";

  private static String tools(String tools) {
    return Check.fields("'tools':[" + tools + "],");
  }

  @Test
  void acceptsClientAndServerTools() {
    assertThat(tools(STAT + ",{'type':'web_search_20260318','name':'web_search'}"))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void wantsAName() {
    String text = "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'";
    assertThat(tools("{'name':'a.b','input_schema':{'type':'object'}}")).isEqualTo(text);
    assertThat(tools("{'name':'','input_schema':{'type':'object'}}")).isEqualTo(text);
    assertThat(tools("{'name':'" + "x".repeat(65) + "','input_schema':{'type':'object'}}"))
        .isEqualTo(text);
    assertThat(tools(STAT + "," + STAT)).isEqualTo("tools: Tool names must be unique.");
  }

  @Test
  void wantsAnObjectSchemaWithoutAlternativesAtItsTop() {
    assertThat(tools("{'name':'a'}")).isEqualTo("tools.0.custom.input_schema: Field required");
    assertThat(tools("{'name':'a','input_schema':[]}"))
        .isEqualTo("tools.0.custom.input_schema: Input should be a valid dictionary");
    assertThat(tools("{'name':'a','input_schema':{}}"))
        .isEqualTo("tools.0.custom.input_schema.type: Field required");
    assertThat(tools("{'name':'a','input_schema':{'type':'string'}}"))
        .isEqualTo("tools.0.custom.input_schema.type: Input should be 'object'");
    for (String word : new String[] {"oneOf", "allOf", "anyOf"}) {
      assertThat(tools(STAT + ",{'name':'a','input_schema':{'type':'object','" + word + "':[]}}"))
          .isEqualTo(
              "tools.1.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf"
                  + " at the top level");
    }
  }

  @Test
  void refusesFieldsItDoesNotKnow() {
    assertThat(tools("{'name':'a','input_schema':{'type':'object'},'readOnly':true}"))
        .isEqualTo("tools.0.custom.readOnly: Extra inputs are not permitted");
  }

  @Test
  void wantsOneToolThatIsNotDeferred() {
    assertThat(tools("{'name':'a','input_schema':{'type':'object'},'defer_loading':true}"))
        .isEqualTo(
            "At least one tool must have defer_loading=false. All tools cannot be deferred.");
  }

  @Test
  void wantsAChoiceThatCanBeMade() {
    assertThat(Check.fields("'tool_choice':{'type':'auto'},"))
        .isEqualTo("tool_choice may only be specified while providing `tools`");
    String forced = "'tools':[" + STAT + "],'tool_choice':{'type':'tool','name':'%s'},";
    assertThat(Check.fields(forced.formatted("stat")))
        .isEqualTo("tool_choice: type \"tool\" and \"any\" are not supported for this model.");
    String hi = Check.user(Check.text("hi"));
    assertThat(Check.body(Check.request("claude-opus-5", forced.formatted("stat"), hi)))
        .isEqualTo(Check.ACCEPTED);
    assertThat(Check.body(Check.request("claude-opus-5", forced.formatted("other"), hi)))
        .isEqualTo("tool_choice: Tool 'other' not found in provided tools");
    String manual = "'thinking':{'type':'enabled','budget_tokens':1024},";
    assertThat(
            Check.body(Check.request("claude-sonnet-4-5", manual + forced.formatted("stat"), hi)))
        .isEqualTo("Thinking may not be enabled when tool_choice forces tool use.");
  }
}
