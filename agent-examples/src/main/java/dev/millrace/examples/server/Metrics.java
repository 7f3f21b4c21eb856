package dev.millrace.examples.server;

import dev.millrace.agent.telemetry.AgentTelemetry;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What operators watch, as Prometheus reads it. Thread-safe. */
final class Metrics {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AgentTelemetry telemetry = new AgentTelemetry(meters);

  Metrics() {
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
  }

  /** The observer of the runs. */
  AgentTelemetry telemetry() {
    return telemetry;
  }

  void send(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, TYPE).send(meters.scrape(TYPE));
  }
}
