package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UsageTest {

  @Test
  void readsTheApisCounts() {
    var usage =
        of(
            "{'input_tokens':10,'output_tokens':20,'cache_creation_input_tokens':30,"
                + "'cache_read_input_tokens':40,'cache_creation':{'ephemeral_5m_input_tokens':25,"
                + "'ephemeral_1h_input_tokens':5},'server_tool_use':{'web_search_requests':2}}");
    assertThat(usage).isEqualTo(new Usage(10, 20, 30, 5, 40, 2, true));
    assertThat(usage.promptTokens()).isEqualTo(80);
  }

  @Test
  @Tag("B15")
  void readsWhatIsMissingNullNegativeOrNoCountAsZero() {
    var usage =
        of(
            "{'input_tokens':-1,'output_tokens':null,'cache_read_input_tokens':'7',"
                + "'cache_creation_input_tokens':1.5,'cache_creation':null,'server_tool_use':[]}");
    assertThat(usage).isEqualTo(new Usage(0, 0, 0, 0, 0, 0, true));
  }

  @Test
  @Tag("B15")
  void readsCountsBeyondAnInt() {
    assertThat(of("{'input_tokens':4294967296}").inputTokens()).isEqualTo(4_294_967_296L);
    assertThat(of("{'input_tokens':1e999999999}").inputTokens()).isZero();
    assertThat(of("{'input_tokens':99999999999999999999}").inputTokens()).isZero();
  }

  @Test
  @Tag("B15")
  void tellsWhetherAnythingWasReported() {
    assertThat(of("{}")).isEqualTo(Usage.NONE);
    assertThat(of("null")).isEqualTo(Usage.NONE);
    assertThat(of("{'output_tokens':0}").reported()).isTrue();
  }

  @Test
  void countsIterationsThatTheTotalsLeaveOut() {
    var usage =
        of(
            "{'input_tokens':100,'output_tokens':10,'server_tool_use':{'web_search_requests':1},"
                + "'iterations':[{'type':'compaction','input_tokens':900,'output_tokens':90},"
                + "{'type':'message','input_tokens':100,'output_tokens':10,"
                + "'cache_read_input_tokens':7}]}");
    assertThat(usage).isEqualTo(new Usage(1000, 100, 0, 0, 7, 1, true));
  }

  @Test
  void isTheTotalsWhereTheOnlyIterationIsTheMessage() {
    var usage =
        of(
            "{'input_tokens':100,'output_tokens':10,'iterations':[{'input_tokens':100,'output_tokens':10}]}");
    assertThat(usage).isEqualTo(new Usage(100, 10, 0, 0, 0, 0, true));
  }

  @Test
  void addsUpOverMessages() {
    assertThat(new Usage(1, 2, 3, 4, 5, 6, true).plus(new Usage(10, 20, 30, 40, 50, 60, false)))
        .isEqualTo(new Usage(11, 22, 33, 44, 55, 66, true));
    assertThat(Usage.NONE.plus(Usage.NONE)).isEqualTo(Usage.NONE);
  }

  private static Usage of(String quoted) {
    return Usage.of(RawJson.parse(quoted.replace('\'', '"')));
  }
}
