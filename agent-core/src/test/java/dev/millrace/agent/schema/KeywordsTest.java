package dev.millrace.agent.schema;

import static dev.millrace.agent.schema.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each keyword that asserts something, in the two drafts that are understood: 2020-12, which holds
 * when none is named, and draft 7. What only annotates ({@code format} of a caller's schema, {@code
 * content...}, {@code default}) refuses nothing.
 */
class KeywordsTest {
  private static final String DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema";
  private static final String DRAFT_07 = "http://json-schema.org/draft-07/schema#";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'type':'null'                                    | null         | 0",
        "'type':'boolean'                                 | false        | 0",
        "'type':'object'                                  | {}           | []",
        "'type':'array'                                   | []           | {}",
        "'type':'number'                                  | 0.5          | '1'",
        "'type':'integer'                                 | 1.0          | 1.5",
        "'type':'string'                                  | ''           | null",
        "'type':['string','null']                         | null         | 1",
        "'enum':[1,'a',null,[2],{'b':3}]                  | [2.0]        | [3]",
        "'enum':[false]                                   | false        | 0",
        "'const':{'a':[1]}                                | {'a':[1.0]}  | {'a':[1,1]}",
        "'const':0                                        | 0.0          | false",
        "'multipleOf':0.01                                | 0.07         | 0.075",
        "'multipleOf':3                                   | 9            | 10",
        "'maximum':3                                      | 3            | 3.1",
        "'minimum':-2                                     | -2           | -2.1",
        "'exclusiveMaximum':3                             | 2.9          | 3",
        "'exclusiveMinimum':3                             | 3.1          | 3",
        "'maximum':3                                      | 'x'          | 4",
        "'maxLength':2                                    | '🙂🙂'       | 'abc'",
        "'minLength':2                                    | '🙂🙂'       | '🙂'",
        "'pattern':'b+'                                   | 'abba'       | 'aa'",
        "'maxItems':1                                     | [1]          | [1,2]",
        "'minItems':1                                     | [1]          | []",
        "'uniqueItems':true                               | [1,'1',true] | [1,1.0]",
        "'items':{'type':'string'}                        | ['a']        | ['a',1]",
        "'items':false                                    | []           | [1]",
        "'contains':{'const':1}                           | [0,1]        | [0]",
        "'maxProperties':1                                | {'a':1}      | {'a':1,'b':1}",
        "'minProperties':1                                | {'a':1}      | {}",
        "'required':['a']                                 | {'a':null}   | {'b':1}",
        "'properties':{'a':{'type':'string'}}             | {'b':1}      | {'a':1}",
        "'properties':{'a':false}                         | {'b':1}      | {'a':1}",
        "'patternProperties':{'^a':{'type':'string'}}     | {'ba':1}     | {'ab':1}",
        "'properties':{'a':{}},'additionalProperties':false| {'a':1}     | {'b':1}",
        "'additionalProperties':{'type':'string'}         | {'a':''}     | {'a':1}",
        "'propertyNames':{'maxLength':1}                  | {'a':1}      | {'ab':1}",
        "'allOf':[{'minimum':1},{'maximum':2}]            | 2            | 3",
        "'anyOf':[{'maximum':1},{'minimum':3}]            | 3            | 2",
        "'oneOf':[{'minimum':1},{'minimum':3}]            | 2            | 3",
        "'not':{'type':'string'}                          | 1            | 'a'",
        "'if':{'minimum':5},'then':{'multipleOf':5}       | 10           | 11",
        "'if':{'minimum':5},'else':{'const':0}            | 0            | 1",
      })
  @Tag("C14")
  void isHeldInBothDrafts(String keyword, String fits, String misfits) {
    for (var draft : new String[] {DRAFT_2020_12, DRAFT_07}) {
      assertJudges("'$schema':'" + draft + "',", keyword, fits, misfits);
    }
    assertJudges("", keyword, fits, misfits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'prefixItems':[{'type':'string'}],'items':false              | ['a']         | ['a',1]",
        "'prefixItems':[{'type':'string'}]                            | ['a',1]       | [1]",
        "'contains':{'const':1},'minContains':2                       | [1,1]         | [1]",
        "'contains':{'const':1},'maxContains':1                       | [1,0]         | [1,1]",
        "'contains':{'const':1},'minContains':0                       | []            | ",
        "'dependentRequired':{'a':['b']}                              | {'b':1}       | {'a':1}",
        "'dependentSchemas':{'a':{'minProperties':2}}                 | {'b':1}       | {'a':1}",
        "'allOf':[{'properties':{'a':{}}}],'unevaluatedProperties':false|{'a':1}      | {'b':1}",
        "'allOf':[{'prefixItems':[{}]}],'unevaluatedItems':false      | [1]           | [1,2]",
        "'$ref':'#/$defs/n','maximum':3                               | 3             | 4",
        "'$ref':'#named'                                              | 1             | 'a'",
        "'$dynamicRef':'#named'                                       | 1             | 'a'",
      })
  @Tag("C14")
  void isHeldInDraft202012(String keyword, String fits, String misfits) {
    assertJudges("'$defs':{'n':{'$anchor':'named','type':'integer'}},", keyword, fits, misfits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'items':[{'type':'string'}],'additionalItems':false | ['a']   | ['a',1]",
        "'items':[{'type':'string'}]                         | ['a',1] | [1]",
        "'dependencies':{'a':['b']}                          | {'b':1} | {'a':1}",
        "'dependencies':{'a':{'minProperties':2}}            | {'b':1} | {'a':1}",
        "'$ref':'#/definitions/n','maximum':3                | 4       | 'a'",
      })
  @Tag("C14")
  void isHeldInDraft7(String keyword, String fits, String misfits) {
    assertJudges(
        "'$schema':'" + DRAFT_07 + "','definitions':{'n':{'type':'integer'}},",
        keyword,
        fits,
        misfits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'format':'date'                    | 'never'",
        "'contentEncoding':'base64'         | '???'",
        "'default':1                        | 'a'",
        "'deprecated':true,'readOnly':true  | 1",
        "'x-vendor':{'type':'string'}       | 1",
      })
  @Tag("C14")
  void refusesNothingWhereItOnlyTellsSomething(String keyword, String fits) {
    assertJudges("", keyword, fits, null);
  }

  /** The keyword stands at a property, since a tool's input is an object at the top. */
  private static void assertJudges(
      String head, String keyword, String fits, @Nullable String misfits) {
    var schema =
        JsonSchema.of(json("{" + head + "'type':'object','properties':{'x':{" + keyword + "}}}"));
    assertThat(schema.validate(input(fits))).as("%s takes %s", keyword, fits).isEmpty();
    if (misfits != null) {
      assertThat(schema.validate(input(misfits)))
          .as("%s refuses %s", keyword, misfits)
          .isNotEmpty()
          .allMatch(violation -> violation.pointer().startsWith("/x"));
    }
  }

  private static ObjectNode input(String value) {
    return (ObjectNode) json("{'x':" + value + "}");
  }
}
