package dev.millrace.agent.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PriceTableTest {

  /**
   * 1,000 input at 4, 2,000 output at 20, 300 read at 0.2, 400 written of which 100 for an hour:
   * 300 at 5 and 100 at 8, all per million, and 3 searches at 10 per thousand: 4,000 + 40,000 + 60
   * + 1,500 + 800 = 46,360 millionths, and 0.03.
   */
  @Test
  void addsUpAllThatIsBilled() {
    var usage = new Usage(1_000, 2_000, 400, 100, 300, 3, true);
    assertThat(PriceTable.bundled().cost("claude-opus-5-5", usage))
        .contains(new BigDecimal("0.07636"));
  }

  @Test
  void isExactForOneTokenAndForBillions() {
    var one = new Usage(0, 0, 0, 0, 1, 0, true);
    assertThat(PriceTable.bundled().cost("claude-haiku-5-5", one))
        .contains(new BigDecimal("0.00000001"));
    var billions = new Usage(0, 5_000_000_000L, 0, 0, 0, 0, true);
    assertThat(PriceTable.bundled().cost("claude-opus-5-5", billions))
        .contains(new BigDecimal("100000"));
    assertThat(PriceTable.bundled().cost("claude-opus-5-5", Usage.NONE)).contains(BigDecimal.ZERO);
  }

  @Test
  void knowsSnapshotsByTheirModel() {
    var usage = new Usage(1_000_000, 0, 0, 0, 0, 0, true);
    var table = PriceTable.bundled();
    assertThat(table.cost("claude-sonnet-4-5-20250929", usage)).contains(new BigDecimal("3"));
    assertThat(table.cost("claude-haiku-4-5-latest", usage)).contains(BigDecimal.ONE);
    assertThat(table.cost("claude-haiku-4-5-20250929-fast", usage)).isEmpty();
    assertThat(table.cost("qwen3", usage)).isEmpty();
    assertThat(table.cost("", usage)).isEmpty();
  }

  @Test
  void tellsItsDate() {
    assertThat(PriceTable.bundled().date()).matches("\\d{4}-\\d{2}-\\d{2}");
  }

  @Test
  void takesATableOfTheCallersOwn() {
    var table =
        PriceTable.parse(
            "{\"date\":\"2027-01-01\",\"models\":{\"m\":{\"input\":1.5,\"output\":2,\"cache_read\":0,"
                + "\"cache_write_5m\":0,\"cache_write_1h\":0}}}");
    assertThat(table.cost("m", new Usage(2, 0, 0, 0, 0, 9, true)))
        .contains(new BigDecimal("0.000003"));
    assertThat(table.date()).isEqualTo("2027-01-01");
  }

  @Test
  void refusesATableWithHoles() {
    assertThatThrownBy(() -> PriceTable.parse("{\"models\":{\"m\":{\"input\":1}}}"))
        .hasMessage("the price table needs a number for output of m");
    assertThatThrownBy(() -> PriceTable.parse("{")).isInstanceOf(InvalidJsonException.class);
  }
}
