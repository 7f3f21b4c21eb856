package dev.millrace.agent.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What tokens cost, in US dollars. The bundled table is a resource file with its date and source;
 * prices change, so services that bill by it should give their own. Immutable and thread-safe.
 */
public final class PriceTable {
  private static final Pattern SNAPSHOT = Pattern.compile("-(\\d{8}|latest)$");
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);

  private final String date;
  private final BigDecimal webSearch;
  private final Map<String, Price> prices = new LinkedHashMap<>();

  /** US dollars per million tokens. */
  private record Price(
      BigDecimal input,
      BigDecimal output,
      BigDecimal cacheRead,
      BigDecimal cacheWrite5m,
      BigDecimal cacheWrite1h) {}

  private PriceTable(JsonNode table) {
    date = table.path("date").asString("");
    webSearch = table.path("web_search_per_thousand").asDecimal(BigDecimal.ZERO);
    for (var model : table.path("models").properties()) {
      prices.put(model.getKey(), price(model.getKey(), model.getValue()));
    }
  }

  private static Price price(String model, JsonNode row) {
    return new Price(
        amount(model, row, "input"),
        amount(model, row, "output"),
        amount(model, row, "cache_read"),
        amount(model, row, "cache_write_5m"),
        amount(model, row, "cache_write_1h"));
  }

  private static BigDecimal amount(String model, JsonNode row, String name) {
    var amount = row.path(name);
    if (!amount.isNumber()) {
      throw new IllegalArgumentException(
          "the price table needs a number for " + name + " of " + model);
    }
    return amount.decimalValue();
  }

  /**
   * A table from JSON of this form; amounts are US dollars per million tokens:
   *
   * <pre>{@code
   * {"date": "2026-11-22",
   *  "web_search_per_thousand": 10,
   *  "models": {"some-model": {"input": 4, "output": 20, "cache_read": 0.2,
   *                            "cache_write_5m": 5, "cache_write_1h": 8}}}
   * }</pre>
   *
   * @throws InvalidJsonException when it is no JSON
   * @throws IllegalArgumentException when an amount is missing
   */
  public static PriceTable parse(String json) {
    return new PriceTable(RawJson.parse(json).node());
  }

  /** The table that comes with this version. */
  public static PriceTable bundled() {
    return Bundled.TABLE;
  }

  /** Read when it is first asked for. */
  private static final class Bundled {
    static final PriceTable TABLE = read();

    private static PriceTable read() {
      try (InputStream in = PriceTable.class.getResourceAsStream("prices.json")) {
        if (in == null) {
          throw new IllegalStateException("prices.json is missing beside " + PriceTable.class);
        }
        return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The day of the table's prices, as an ISO date. */
  public String date() {
    return date;
  }

  /**
   * What this usage cost in US dollars, exactly; empty for a model without a price.
   *
   * @param model a model's id, with or without the date of its snapshot
   */
  public Optional<BigDecimal> cost(String model, Usage usage) {
    var price = prices.get(SNAPSHOT.matcher(model).replaceFirst(""));
    return Optional.ofNullable(price).map(known -> cost(known, usage));
  }

  private BigDecimal cost(Price price, Usage usage) {
    long write5m =
        Math.max(0, usage.cacheCreationInputTokens() - usage.cacheCreation1hInputTokens());
    var cost =
        of(price.input, usage.inputTokens())
            .add(of(price.output, usage.outputTokens()))
            .add(of(price.cacheRead, usage.cacheReadInputTokens()))
            .add(of(price.cacheWrite5m, write5m))
            .add(of(price.cacheWrite1h, usage.cacheCreation1hInputTokens()))
            .divide(MILLION)
            .add(of(webSearch, usage.webSearchRequests()).divide(THOUSAND))
            .stripTrailingZeros();
    return cost.scale() < 0 ? cost.setScale(0) : cost;
  }

  private static BigDecimal of(BigDecimal price, long count) {
    return price.multiply(BigDecimal.valueOf(count));
  }
}
