package dev.millrace.agent.telemetry;

import dev.millrace.agent.AgentEvent;
import dev.millrace.agent.feed.RunError;
import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.MessageResponse;
import dev.millrace.agent.tool.ToolOutput;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one run, by OpenTelemetry's semantic conventions for generative AI (attributes
 * {@code gen_ai.*}). The run's span is current on the run's thread, that of a call on the call's.
 *
 * <p>What is known from the start is of low cardinality, all else of high: a registry that makes
 * metrics of spans wants the same tags for each of a name.
 */
final class RunSpans {
  private final ObservationRegistry registry;
  private final String model;
  private final Observation run;
  private final Observation.Scope scope;
  private @Nullable Observation turn;

  RunSpans(ObservationRegistry registry, String model, String sessionId) {
    this.registry = registry;
    this.model = model;
    this.run = span("invoke_agent", "invoke_agent");
    run.lowCardinalityKeyValue("gen_ai.request.model", model);
    if (!sessionId.isEmpty()) {
      run.highCardinalityKeyValue("gen_ai.conversation.id", sessionId);
    }
    this.scope = run.start().openScope();
  }

  private Observation span(String operation, String name) {
    return Observation.createNotStarted("gen_ai." + operation, registry)
        .contextualName(name)
        .lowCardinalityKeyValue("gen_ai.operation.name", operation)
        .lowCardinalityKeyValue("gen_ai.provider.name", "anthropic");
  }

  void on(AgentEvent event) {
    switch (event) {
      case AgentEvent.TurnStarted started ->
          turn =
              span("chat", "chat " + model)
                  .lowCardinalityKeyValue("gen_ai.request.model", model)
                  .parentObservation(run)
                  .start();
      case AgentEvent.TurnRetried retried -> {
        if (turn != null) {
          turn.event(Observation.Event.of("retry", "retry " + RunError.of(retried.cause()).type()));
        }
      }
      case AgentEvent.MessageCompleted(int number, var message) -> completed(message);
      case AgentEvent.RunFinished(var result) ->
          run.highCardinalityKeyValue(
              "millrace.outcome", result.outcome().name().toLowerCase(Locale.ROOT));
      default -> {}
    }
  }

  private void completed(MessageResponse message) {
    if (turn == null) {
      return;
    }
    var usage = message.usage();
    turn.highCardinalityKeyValue("gen_ai.response.model", message.model())
        .highCardinalityKeyValue("gen_ai.response.finish_reasons", message.stopReason().value())
        .highCardinalityKeyValue("gen_ai.response.id", message.id())
        .highCardinalityKeyValue("gen_ai.usage.input_tokens", text(usage.promptTokens()))
        .highCardinalityKeyValue("gen_ai.usage.output_tokens", text(usage.outputTokens()))
        .highCardinalityKeyValue(
            "gen_ai.usage.cache_read.input_tokens", text(usage.cacheReadInputTokens()))
        .highCardinalityKeyValue(
            "gen_ai.usage.cache_creation.input_tokens", text(usage.cacheCreationInputTokens()))
        .stop();
    turn = null;
  }

  private static String text(long number) {
    return Long.toString(number);
  }

  ToolOutput call(ToolUse use, Callable<ToolOutput> call) throws Exception {
    var span =
        span("execute_tool", "execute_tool " + use.name())
            .lowCardinalityKeyValue("gen_ai.tool.name", use.name())
            .lowCardinalityKeyValue("gen_ai.tool.type", "function")
            .highCardinalityKeyValue("gen_ai.tool.call.id", use.id())
            .parentObservation(run)
            .start();
    try (var current = span.openScope()) {
      return call.call();
    } catch (Throwable e) {
      span.highCardinalityKeyValue("error.type", e.getClass().getName()).error(e);
      throw e;
    } finally {
      span.stop();
    }
  }

  private static void fail(Observation span, Throwable failure) {
    span.highCardinalityKeyValue("error.type", RunError.of(failure).type()).error(failure);
  }

  void ended(@Nullable Throwable failure) {
    if (turn != null) {
      if (failure != null) {
        fail(turn, failure);
      }
      turn.stop();
    }
    if (failure != null) {
      fail(run, failure);
    }
    scope.close();
    run.stop();
  }
}
