package dev.millrace.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BodyRulesTest {
  private static final String HI = "'messages':[{'role':'user','content':'hi'}]";

  @Test
  void acceptsTheSmallestRequest() {
    assertThat(Check.messages("{'role':'user','content':'hi'}")).isEqualTo(Check.ACCEPTED);
  }

  @Test
  void wantsAVersion() {
    assertThat(Check.body("", "{}")).isEqualTo("anthropic-version: header is required");
    assertThat(Check.body("1999-01-01", "{}"))
        .isEqualTo("anthropic-version: \"1999-01-01\" is not a valid version");
  }

  @Test
  void wantsModelMaxTokensAndMessages() {
    assertThat(Check.body("{'max_tokens':1," + HI + "}")).isEqualTo("model: Field required");
    assertThat(Check.body("{'model':'m'," + HI + "}")).isEqualTo("max_tokens: Field required");
    assertThat(Check.body("{'model':'m','max_tokens':1}")).isEqualTo("messages: Field required");
    assertThat(Check.body("{'model':'m','max_tokens':1,'messages':[]}"))
        .isEqualTo("messages: at least one message is required");
    assertThat(Check.body("{'model':'m','max_tokens':1,'messages':{}}"))
        .isEqualTo("messages: Input should be a valid list");
    assertThat(Check.body("{'model':1,'max_tokens':1," + HI + "}"))
        .isEqualTo("model: Input should be a valid string");
    assertThat(Check.body("[]"))
        .isEqualTo("Input should be a valid dictionary or object to extract fields from");
  }

  @Test
  void wantsAWholeNumberOfTokensThatIsZeroOnlyWithoutAStream() {
    assertThat(Check.body("{'model':'m','max_tokens':1.5," + HI + "}"))
        .isEqualTo("max_tokens: Input should be a valid integer");
    assertThat(Check.body("{'model':'m','max_tokens':-1," + HI + "}"))
        .isEqualTo("max_tokens: Input should be greater than or equal to 0");
    assertThat(Check.body("{'model':'m','max_tokens':0," + HI + "}")).isEqualTo(Check.ACCEPTED);
    assertThat(Check.body("{'model':'m','max_tokens':0,'stream':true," + HI + "}"))
        .isEqualTo("max_tokens: Input should be greater than or equal to 1");
  }

  @Test
  void refusesFieldsItDoesNotKnow() {
    assertThat(Check.fields("'foo':1,")).isEqualTo("foo: Extra inputs are not permitted");
  }

  @Test
  void takesBetaFieldsWithTheirHeaderOnly() {
    String body = Check.request("m", "'mcp_servers':[],", Check.user(Check.text("hi")));
    assertThat(Check.body(body)).isEqualTo("mcp_servers: Extra inputs are not permitted");
    assertThat(Check.body(RequestRules.NEWEST_VERSION, body, "mcp-client-2025-11-20"))
        .isEqualTo(Check.ACCEPTED);
  }

  @Test
  void refusesSamplingUnderTheNewestVersion() {
    for (String field : new String[] {"temperature", "top_p", "top_k"}) {
      assertThat(Check.fields("'" + field + "':1,"))
          .isEqualTo(field + ": Extra inputs are not permitted");
      String body = Check.request("m", "'" + field + "':1,", Check.user(Check.text("hi")));
      assertThat(Check.body("2023-06-01", body)).isEqualTo(Check.ACCEPTED);
    }
  }

  @Test
  void refusesWhatIsNoJsonInUtf8() {
    String start = "The request body is not valid JSON: ";
    assertThat(Check.body("{'a':1,'a':2}")).startsWith(start).contains("Duplicate");
    assertThat(Check.body("{'a':1")).startsWith(start);
    assertThat(Check.body("{} {}")).startsWith(start);
    assertThat(Check.body("{'a':'\\ud83d'}"))
        .isEqualTo(start + "no low surrogate in string: line 1 column 7 (char 6)");
    assertThat(Check.body("{'a':'\\\\\\ud83d\\u0041'}")).contains("no low surrogate");
    assertThat(Check.body("{'a':'\\udE00'}")).contains("invalid high surrogate in string");
    assertThat(Check.body("{'a':'\\ud83d\\ude00 \\\\ud83d \\u0041'}"))
        .isEqualTo("model: Field required");
    byte[] latin = "{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(refusal(latin)).isEqualTo(start + "str is not valid UTF-8");
    byte[] surrogate = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0xBD, '"'};
    assertThat(refusal(surrogate)).isEqualTo(start + "str is not valid UTF-8");
  }

  @Test
  void keepsEveryDigitOfANumberAndTheOrderOfKeys() {
    String json = "{\"z\":1.0,\"a\":[12345678901234567890,-1,1e400,true,false,null,4294967296]}";
    assertThat(JsonBody.parse(json.getBytes(StandardCharsets.UTF_8)).toString())
        .isEqualTo(json.replace("1e400", "1E+400"));
  }

  private static String refusal(byte[] body) {
    try {
      new RequestRules().check(body);
      return Check.ACCEPTED;
    } catch (RefusedException e) {
      return e.getMessage();
    }
  }
}
