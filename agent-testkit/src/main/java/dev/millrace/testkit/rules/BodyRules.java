package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The fields of a request body: which there may be, and which there must be. */
final class BodyRules {
  private static final Set<String> COUNTED =
      Set.of(
          "model",
          "messages",
          "system",
          "tools",
          "tool_choice",
          "thinking",
          "output_config",
          "cache_control");
  private static final Set<String> ONLY_FOR_MESSAGES =
      Set.of(
          "max_tokens",
          "stream",
          "stop_sequences",
          "container",
          "metadata",
          "service_tier",
          "speed",
          "inference_geo",
          "diagnostics");
  private static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k");

  /** Fields that need a beta whose name starts like this. */
  private static final Map<String, String> BETA =
      Map.of(
          "context_management", "co", // context-management-* or compact-*
          "compaction", "compact-",
          "fallbacks", "server-side-fallback-",
          "fallback_credit_token", "fallback-credit-",
          "mcp_servers", "mcp-client-",
          "thread", "message-threads-",
          "billing_policy", "",
          "output_format", "structured-outputs-");

  private BodyRules() {}

  static void checkMessageRequest(String version, Set<String> betas, JsonNode body) {
    requireObject(body);
    Json.requireString(body, "model", "");
    requireMaxTokens(Json.require(body, "max_tokens", ""), body.path("stream").asBoolean(false));
    requireMessages(body);
    for (String field : body.propertyNames()) {
      boolean sampling = SAMPLING.contains(field) && !version.equals(RequestRules.NEWEST_VERSION);
      if (!COUNTED.contains(field) && !ONLY_FOR_MESSAGES.contains(field) && !sampling) {
        requireBeta(field, betas);
      }
    }
  }

  static void checkCountRequest(String version, Set<String> betas, JsonNode body) {
    requireObject(body);
    Json.requireString(body, "model", "");
    requireMessages(body);
    for (String field : body.propertyNames()) {
      if (!COUNTED.contains(field)) {
        requireBeta(field, betas);
      }
    }
  }

  private static void requireObject(JsonNode body) {
    if (!body.isObject()) {
      throw RefusedException.invalid(
          "Input should be a valid dictionary or object to extract fields from");
    }
  }

  private static void requireBeta(String field, Set<String> betas) {
    String prefix = BETA.get(field);
    if (prefix == null
        || (!prefix.isEmpty() && betas.stream().noneMatch(beta -> beta.startsWith(prefix)))) {
      throw invalid(field, "Extra inputs are not permitted");
    }
  }

  // 0 only warms the cache; it gives no message that could be streamed
  private static void requireMaxTokens(JsonNode maxTokens, boolean streaming) {
    if (!maxTokens.isIntegralNumber()) {
      throw invalid("max_tokens", "Input should be a valid integer");
    }
    int least = streaming ? 1 : 0;
    if (maxTokens.bigIntegerValue().signum() < least) {
      throw invalid("max_tokens", "Input should be greater than or equal to " + least);
    }
  }

  private static void requireMessages(JsonNode body) {
    var messages = Json.requireArray(Json.require(body, "messages", ""), "messages");
    if (messages.isEmpty()) {
      throw invalid("messages", "at least one message is required");
    }
    if (!messages.getFirst().path("role").asString("user").equals("user")) {
      throw invalid("messages", "first message must use the \"user\" role");
    }
  }
}
