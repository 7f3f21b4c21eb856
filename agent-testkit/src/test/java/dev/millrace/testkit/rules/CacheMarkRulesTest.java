package dev.millrace.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CacheMarkRulesTest {
  private static final String MARK = "'cache_control':{'type':'ephemeral'}";
  private static final String LONG_MARK = "'cache_control':{'type':'ephemeral','ttl':'1h'}";
  private static final String TOOLS =
      "'tools':[{'name':'stat','input_schema':{'type':'object'}," + MARK + "}],";
  private static final String SYSTEM = "'system':[{'type':'text','text':'s'," + MARK + "}],";
  private static final String TEXT = "{'type':'text','text':'a'," + MARK + "}";

  private static String check(String fields, String... messages) {
    return Check.body(Check.request("claude-opus-5-5", fields, messages));
  }

  @Test
  void allowsFourMarks() {
    assertThat(check(TOOLS + SYSTEM, Check.user(TEXT, TEXT))).isEqualTo(Check.ACCEPTED);
  }

  @Test
  void countsMarksInToolsSystemAndMessages() {
    assertThat(check(TOOLS + SYSTEM, Check.user(TEXT, TEXT, TEXT)))
        .isEqualTo("A maximum of 4 blocks with cache_control may be provided. Found 5.");
  }

  @Test
  void countsTheAutomaticMarkAsOne() {
    assertThat(check(MARK + "," + TOOLS + SYSTEM, Check.user(TEXT, TEXT)))
        .isEqualTo("A maximum of 4 blocks with cache_control may be provided. Found 5.");
  }

  @Test
  void countsMarksInsideToolResults() {
    String result =
        "{'type':'tool_result','tool_use_id':'t1','content':[" + TEXT + "]," + MARK + "}";
    assertThat(
            check(
                TOOLS + SYSTEM,
                Check.user(TEXT),
                Check.assistant(Check.toolUse("t1")),
                Check.user(result)))
        .isEqualTo("A maximum of 4 blocks with cache_control may be provided. Found 5.");
  }

  @Test
  void wantsLongLivedMarksFirst() {
    assertThat(check(SYSTEM, Check.user("{'type':'text','text':'a'," + LONG_MARK + "}")))
        .isEqualTo(
            "messages.0.content.0.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.");
    assertThat(check(SYSTEM.replace(MARK, LONG_MARK), Check.user(TEXT))).isEqualTo(Check.ACCEPTED);
  }

  @Test
  void knowsTwoLifetimes() {
    assertThat(check(SYSTEM.replace("'ephemeral'", "'ephemeral','ttl':'2h'"), Check.user(TEXT)))
        .isEqualTo("system.0.cache_control.ttl: Input should be '5m' or '1h'");
    assertThat(check(SYSTEM.replace("'ephemeral'", "'forever'"), Check.user(TEXT)))
        .isEqualTo("system.0.cache_control.type: Input should be 'ephemeral'");
  }
}
