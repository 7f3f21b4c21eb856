package dev.millrace.spring;

import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.feed.FeedSettings;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of an application, whose defaults are those of the library.
 *
 * @param apiKey The API key; ANTHROPIC_API_KEY unless set.
 * @param authToken A token that is sent as Authorization: Bearer instead of a key;
 *     ANTHROPIC_AUTH_TOKEN unless set.
 * @param baseUrl Where the API is, without /v1; ANTHROPIC_BASE_URL unless set, else
 *     https://api.anthropic.com.
 * @param maxConnections Most connections to the API at a time, which is the most streams.
 * @param betas Values of the anthropic-beta header.
 * @param model The model that is asked.
 * @param maxTokens Most tokens of one message.
 * @param system The system prompt.
 */
@ConfigurationProperties("millrace")
public record MillraceProperties(
    @Nullable String apiKey,
    @Nullable String authToken,
    @Nullable URI baseUrl,
    @DefaultValue("10000") int maxConnections,
    @DefaultValue List<String> betas,
    @DefaultValue("claude-opus-5-5") String model,
    @DefaultValue("16384") int maxTokens,
    @DefaultValue("") String system,
    @DefaultValue Timeouts timeouts,
    @DefaultValue Retry retry,
    @DefaultValue Limits limits,
    @DefaultValue Feed feed) {

  /** Names nothing of what is set, since there may be a key. */
  @Override
  public String toString() {
    return "MillraceProperties";
  }

  /**
   * How long the API may keep silent.
   *
   * @param connect Until the connection stands.
   * @param firstByte Until the answer begins.
   * @param idle Between two bytes of an answer.
   * @param progress Between two events that bring the message forward.
   * @param turn A whole answer, with retries and waits.
   */
  public record Timeouts(
      @DefaultValue("10s") Duration connect,
      @DefaultValue("2m") Duration firstByte,
      @DefaultValue("90s") Duration idle,
      @DefaultValue("5m") Duration progress,
      @DefaultValue("30m") Duration turn) {
    dev.millrace.agent.client.Timeouts timeouts() {
      return new dev.millrace.agent.client.Timeouts(connect, firstByte, idle, progress, turn);
    }
  }

  /**
   * When requests are made again.
   *
   * @param maxRetries How often one request is made again.
   * @param firstWait Longest wait before the first retry.
   * @param maxWait Longest wait of our own choosing.
   * @param maxRetryAfter Longest wait that the API may ask for.
   * @param extraShare Share of retries among all requests, over time.
   * @param scope How far an answer may have come to be asked for again.
   */
  public record Retry(
      @DefaultValue("2") int maxRetries,
      @DefaultValue("500ms") Duration firstWait,
      @DefaultValue("8s") Duration maxWait,
      @DefaultValue("60s") Duration maxRetryAfter,
      @DefaultValue("0.1") double extraShare,
      @DefaultValue("whole-turn") RetryPolicy.Scope scope) {
    RetryPolicy policy() {
      return new RetryPolicy(maxRetries, firstWait, maxWait, maxRetryAfter, extraShare, scope);
    }
  }

  /**
   * What one run may take.
   *
   * @param turns Most requests to the model.
   * @param toolCalls Most calls of tools.
   * @param outputTokens Most tokens written by the model.
   * @param costUsd Most US dollars.
   * @param wallTime Most time.
   */
  public record Limits(
      @DefaultValue("100") int turns,
      @DefaultValue("500") int toolCalls,
      @DefaultValue("1000000") long outputTokens,
      @DefaultValue("20") BigDecimal costUsd,
      @DefaultValue("1h") Duration wallTime) {
    dev.millrace.agent.Limits limits() {
      return new dev.millrace.agent.Limits(turns, toolCalls, outputTokens, costUsd, wallTime);
    }
  }

  /**
   * How runs are streamed to clients.
   *
   * @param flushInterval How long pieces of a text are gathered for a client that is behind.
   * @param flushCharacters How many characters of them are sent before that time is up.
   * @param heartbeat The silence after which a comment is sent.
   * @param maxEvents How many events are kept to be resumed from.
   * @param maxCharacters How many characters they may have.
   * @param writeTimeout How long one write may take where the library itself writes; the server's
   *     own timeout holds for responses of Spring MVC.
   * @param abandoned How long a run goes on that nobody reads; zero to cancel it at once.
   * @param kept How long a run can be read when it has ended.
   */
  public record Feed(
      @DefaultValue("50ms") Duration flushInterval,
      @DefaultValue("100") int flushCharacters,
      @DefaultValue("400ms") Duration heartbeat,
      @DefaultValue("4096") int maxEvents,
      @DefaultValue("1048576") int maxCharacters,
      @DefaultValue("30s") Duration writeTimeout,
      @DefaultValue("0s") Duration abandoned,
      @DefaultValue("5m") Duration kept) {
    FeedSettings settings() {
      return new FeedSettings(
          flushInterval,
          flushCharacters,
          heartbeat,
          maxEvents,
          maxCharacters,
          writeTimeout,
          abandoned,
          kept);
    }
  }
}
