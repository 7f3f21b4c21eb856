package dev.millrace.spring;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.CompactionPolicy;
import dev.millrace.agent.RunObserver;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.feed.EventFeeds;
import dev.millrace.agent.message.PriceTable;
import dev.millrace.agent.telemetry.AgentTelemetry;
import dev.millrace.agent.tool.ToolPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.HashMap;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;

/**
 * A client and feeds for the application, and a builder of runners that is a new one wherever it is
 * injected: with this client, the settings of {@link MillraceProperties}, all tools, observers and
 * policies that are beans. Each bean gives way to one of the application's own.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.micrometer.metrics.autoconfigure"
          + ".CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
    })
@EnableConfigurationProperties(MillraceProperties.class)
public final class MillraceAutoConfiguration {
  private static final List<String> VARIABLES =
      List.of("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL");

  MillraceAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(MessagesClient.class)
  HttpMessagesClient messagesClient(MillraceProperties properties, Environment environment) {
    var variables = new HashMap<String, String>();
    for (var name : VARIABLES) {
      variables.put(name, environment.getProperty(name, ""));
    }
    var client =
        HttpMessagesClient.builder()
            .environment(variables)
            .maxConnections(properties.maxConnections())
            .betas(properties.betas().toArray(String[]::new))
            .timeouts(properties.timeouts().timeouts())
            .retryPolicy(properties.retry().policy());
    if (properties.baseUrl() != null) {
      client.baseUri(properties.baseUrl());
    }
    if (properties.authToken() != null) {
      client.authToken(properties.authToken());
    }
    if (properties.apiKey() != null) {
      client.apiKey(properties.apiKey());
    }
    return client.build();
  }

  /** Closing it cancels the runs that go on. */
  @Bean
  @ConditionalOnMissingBean
  EventFeeds eventFeeds(MillraceProperties properties) {
    return new EventFeeds(properties.feed().settings());
  }

  @Bean
  @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
  @ConditionalOnMissingBean
  AgentRunner.Builder agentRunnerBuilder(
      MessagesClient client,
      MillraceProperties properties,
      ListableBeanFactory beans,
      ObjectProvider<RunObserver> observers,
      ObjectProvider<ToolPolicy> policy,
      ObjectProvider<PriceTable> prices,
      ObjectProvider<CompactionPolicy> compaction) {
    var builder =
        AgentRunner.builder(client, properties.model())
            .maxTokens(properties.maxTokens())
            .system(properties.system())
            .limits(properties.limits().limits())
            .tools(new ToolBeans(beans).all());
    observers.orderedStream().forEach(builder::observer);
    policy.ifUnique(builder::policy);
    prices.ifUnique(builder::prices);
    compaction.ifUnique(builder::compaction);
    return builder;
  }

  /** Metrics and spans, where the application has a registry for them. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterRegistry.class)
  @ConditionalOnBean(MeterRegistry.class)
  static class Telemetry {
    @Bean
    @ConditionalOnMissingBean
    AgentTelemetry agentTelemetry(
        MeterRegistry meters, ObjectProvider<ObservationRegistry> observations, EventFeeds feeds) {
      var spans = observations.getIfAvailable(() -> ObservationRegistry.NOOP);
      return new AgentTelemetry(meters, spans).feeds(feeds);
    }
  }
}
