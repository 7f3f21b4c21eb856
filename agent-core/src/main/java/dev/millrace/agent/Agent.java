package dev.millrace.agent;

import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.message.PriceTable;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ToolCalls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import tools.jackson.databind.JsonNode;

/**
 * All that is the same in all runs of a runner.
 *
 * @param template the request without its messages
 * @param polls the names of tools that are meant to be called again and again
 * @param observers see each run
 * @param isEarly whether safe tools may start before their message is whole
 */
record Agent(
    MessagesClient client,
    MessageRequest template,
    ToolCalls toolCalls,
    Set<String> polls,
    Limits limits,
    PriceTable prices,
    Compaction compaction,
    boolean isCaching,
    boolean isEarly,
    List<RunObserver> observers) {

  String model() {
    return member("model").asString();
  }

  /** What a run inside these limits may use. */
  Expenses expenses(RunScope scope) {
    return expenses(scope.budget(), scope.wallTime());
  }

  Expenses expenses(Budget budget, Duration wallTime) {
    int maxTokens = member("max_tokens").asInt();
    // The API wants room for an answer beyond the thinking.
    int minTokens = member("thinking").path("budget_tokens").asInt(0) + 1;
    return new Expenses(budget, wallTime, model(), prices, maxTokens, minTokens);
  }

  /**
   * Another model may take over, which voids all that the first one called; nothing tells before.
   */
  boolean startsCallsEarly() {
    return isEarly && !template.members().containsKey("fallbacks");
  }

  Agent withoutEarlyDispatch() {
    return new Agent(
        client,
        template,
        toolCalls,
        polls,
        limits,
        prices,
        compaction,
        isCaching,
        false,
        observers);
  }

  private JsonNode member(String name) {
    return template.members().getOrDefault(name, RawJson.EMPTY_OBJECT).node();
  }

  /** The same for runners that ask the same model in the same way with the same tools. */
  String fingerprint() {
    var members = new LinkedHashMap<>(template.members());
    members.remove("max_tokens");
    return checksum(RawJson.object(members).text());
  }

  /** The same for runners that end their runs at the same limits. */
  String limitsFingerprint() {
    return checksum(limits + " " + member("max_tokens"));
  }

  private static String checksum(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }
}
