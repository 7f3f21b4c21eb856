package dev.millrace.agent.schema;

import static dev.millrace.agent.schema.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each would hang, overflow or call out if it were believed; a timeout here means a hang. */
@Timeout(30)
class HostileSchemaTest {
  @Test
  @Tag("C13")
  void sendsNoPacketForARemoteReference() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + server.getLocalPort() + "/s.json";
      String open = "{'type':'object','properties':{'a':{'$ref':'" + url + "'}}}";
      String hidden =
          "{'type':'object','x':{'y':{'$ref':'" + url + "'}},'properties':{'a':{'$ref':'#/x/y'}}}";
      for (String schema : new String[] {open, hidden}) {
        assertThatThrownBy(() -> JsonSchema.of(json(schema)))
            .isInstanceOf(InvalidSchemaException.class)
            .hasMessageContaining(url);
      }
      server.setSoTimeout(1);
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "jar:file:/x.jar!/y",
        "classpath:x",
        "//host/x",
        "ftp://h/x"
      })
  @Tag("C13")
  void refusesReferencesOfEveryScheme(String reference) {
    assertThatThrownBy(
            () -> JsonSchema.of(json("{'type':'object','not':{'$ref':'" + reference + "'}}")))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining(reference);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'object','$ref':'#'}",
        "{'type':'object','properties':{'a':{'$ref':'#/properties/a'}}}",
        "{'type':'object','$defs':{'x':{'$ref':'#/$defs/y'},'y':{'$ref':'#/$defs/x'}},"
            + "'properties':{'a':{'$ref':'#/$defs/x'}}}",
        "{'type':'object','properties':{'a':{'anyOf':[{'$dynamicRef':'#n'}],'$dynamicAnchor':'n'}}}"
      })
  @Tag("C13")
  void stopsAReferenceThatNeverEnds(String schema) {
    assertThatThrownBy(() -> JsonSchema.of(json(schema)).validate(json("{'a':1}")))
        .isInstanceOf(SchemaBudgetException.class)
        .hasMessageContaining("recurses");
  }

  @Test
  void followsAReferenceThatEndsWithItsInput() {
    var tree =
        JsonSchema.of(
            json(
                "{'type':'object','properties':{'v':{'type':'integer'},'next':{'$ref':'#'}},"
                    + "'required':['v']}"));
    String deep = "{'v':1,'next':".repeat(40) + "{'v':'x'}" + "}".repeat(40);
    assertThat(tree.validate(json(deep)))
        .containsExactly(
            new Violation("/next".repeat(40) + "/v", "expected integer but found string"));
  }

  @Test
  @Tag("C13")
  void stopsBranchesThatDoubleAtEachLevel() {
    var schema = new StringBuilder("{'type':'object','properties':{'a':{'$ref':'#/$defs/d0'}}");
    schema.append(",'$defs':{'d25':{'type':'string'}");
    for (int i = 0; i < 25; i++) {
      String next = "{'$ref':'#/$defs/d" + (i + 1) + "'}";
      schema.append(",'d").append(i).append("':{'allOf':[").append(next + "," + next).append("]}");
    }
    var doubling = JsonSchema.of(json(schema.append("}}").toString()));
    assertThatThrownBy(() -> doubling.validate(json("{'a':'x'}")))
        .isInstanceOf(SchemaBudgetException.class);
    assertThat(doubling.validate(json("{}"))).isEmpty();
  }

  @Test
  @Tag("C13")
  void stopsAPatternThatBacktracksWithoutEnd() {
    var schema = withPattern("(.*a){12}b");
    assertThatThrownBy(() -> schema.validate(json("{'a':'" + "a".repeat(30) + "'}")))
        .isInstanceOf(SchemaBudgetException.class)
        .hasMessageContaining("(.*a){12}b");
    assertThat(schema.validate(json("{'a':'" + "a".repeat(12) + "b'}"))).isEmpty();
  }

  @Test
  void answersANestedQuantifierOrStopsIt() {
    var schema = withPattern("(a+)+$");
    assertThat(schema.validate(json("{'a':'" + "a".repeat(30) + "!'}"))).hasSize(1);
    assertThat(schema.validate(json("{'a':'" + "a".repeat(30) + "'}"))).isEmpty();
  }

  @Test
  void stopsAPatternNameAsItStopsAPattern() {
    var schema = JsonSchema.of(json("{'type':'object','patternProperties':{'(.*a){12}b':{}}}"));
    assertThatThrownBy(() -> schema.validate(json("{'" + "a".repeat(30) + "':1}")))
        .isInstanceOf(SchemaBudgetException.class);
  }

  @Test
  void doesNotOverflowTheStackInTheMatcher() {
    var schema = withPattern("^(a|b)*$");
    assertThatThrownBy(() -> schema.validate(json("{'a':'" + "ab".repeat(200_000) + "'}")))
        .isInstanceOf(SchemaBudgetException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?:(?:(?:(?:){1000}){1000}){1000}){1000}",
        "(((){1000}){1000}){1000}",
        "(?=(?=(?=){1000}){1000}){1000}"
      })
  @Tag("C13")
  void refusesAPatternThatLoopsOverNothing(String pattern) {
    assertThatThrownBy(() -> withPattern(pattern))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining("repeats");
  }

  @Test
  void doesNotLetOneSchemaStandInForAnother() {
    var poison =
        json(
            "{'$id':'https://json-schema.org/draft/2020-12/schema','type':'object',"
                + "'additionalProperties':false}");
    assertThat(JsonSchema.of(poison).validate(json("{'a':1}"))).hasSize(1);
    var later = JsonSchema.of(json("{'type':'object','title':'x'}"));
    assertThat(later.validate(json("{'a':1}"))).isEmpty();
  }

  @Test
  void refusesAnInputThatIsNestedTooDeep() {
    var schema = JsonSchema.of(json("{'type':'object'}"));
    var input = tools.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    var inner = input;
    for (int i = 0; i < 100_000; i++) {
      inner = inner.putObject("a");
    }
    assertThat(schema.validate(input))
        .containsExactly(new Violation("", "input is nested deeper than 500"));
  }

  private static JsonSchema withPattern(String pattern) {
    return JsonSchema.of(
        json("{'type':'object','properties':{'a':{'pattern':'" + pattern + "'}}}"));
  }
}
