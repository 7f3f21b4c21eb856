package dev.millrace.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.client.RetryPolicy;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.feed.EventFeeds;
import dev.millrace.agent.feed.FeedSettings;
import dev.millrace.agent.telemetry.AgentTelemetry;
import dev.millrace.agent.tool.Tool;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.json.JsonMapper;

/** What an application gets, and what it can have otherwise. */
class MillraceAutoConfigurationTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(MillraceAutoConfiguration.class));

  @Test
  void defaultsAreThoseOfTheLibrary() {
    application.run(context -> {
      var properties = context.getBean(MillraceProperties.class);
      assertThat(properties.timeouts().timeouts()).isEqualTo(Timeouts.DEFAULT);
      assertThat(properties.retry().policy()).isEqualTo(RetryPolicy.DEFAULT);
      assertThat(properties.limits().limits()).isEqualTo(dev.millrace.agent.Limits.DEFAULT);
      assertThat(properties.feed().settings()).isEqualTo(FeedSettings.DEFAULT);
    });
  }

  @Test
  void settingsAndTheEnvironmentReachTheApi() {
    try (var api = MessagesServer.start(Script.of(Reply.says("Hello")))) {
      application
          .withPropertyValues(
              "ANTHROPIC_API_KEY=sk-ant-env",
              "ANTHROPIC_BASE_URL=" + api.baseUri(),
              "millrace.model=claude-haiku-4-5",
              "millrace.max-tokens=77",
              "millrace.system=Be brief.",
              "millrace.betas=a,b")
          .run(context -> {
            var runner = context.getBean(AgentRunner.Builder.class).build();
            assertThat(runner.run("Hi", RunListener.NONE).text()).isEqualTo("Hello");
            api.verify();
          });
    }
  }

  @Test
  void eachBuilderIsANewOne() {
    application.run(context ->
        assertThat(context.getBean(AgentRunner.Builder.class))
            .isNotSameAs(context.getBean(AgentRunner.Builder.class)));
  }

  @Test
  void theApplicationsOwnBeansComeFirst() {
    MessagesClient own = (request, cancel, listener) -> {};
    var feeds = new EventFeeds();
    application
        .withBean("own", MessagesClient.class, () -> own)
        .withBean("feeds", EventFeeds.class, () -> feeds)
        .run(context -> {
          assertThat(context.getBean(MessagesClient.class)).isSameAs(own);
          assertThat(context.getBean(EventFeeds.class)).isSameAs(feeds);
        });
  }

  @Test
  void telemetryIsThereWhereThereIsARegistry() {
    application.run(context -> assertThat(context).doesNotHaveBean(AgentTelemetry.class));
    application
        .withBean(SimpleMeterRegistry.class)
        .run(context -> {
          assertThat(context).hasSingleBean(AgentTelemetry.class);
          assertThat(context.getBean(MeterRegistry.class).find("agent.runs.active").gauge())
              .isNotNull();
        });
    application
        .withClassLoader(new FilteredClassLoader("io.micrometer", "org.springframework.web"))
        .run(context -> assertThat(context).hasSingleBean(AgentRunner.Builder.class));
  }

  @Test
  void whatCannotBeIsToldWithItsName() {
    application
        .withPropertyValues("millrace.timeouts.idle=soon")
        .run(context ->
            assertThat(context.getStartupFailure())
                .hasStackTraceContaining("millrace.timeouts.idle"));
    application
        .withPropertyValues("millrace.base-url=ftp://example.com")
        .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining("https"));
  }

  record Nothing() {}

  @Test
  void twoToolsOfOneNameAreRefusedByName() {
    var tool = Tool.of("look", "Looks.", Nothing.class, nothing -> "seen");
    application
        .withBean("first", Tool.class, () -> tool)
        .withBean("second", Tool.class, () -> tool)
        .run(context ->
            assertThatThrownBy(() -> context.getBean(AgentRunner.Builder.class))
                .hasStackTraceContaining("two tools are named \"look\""));
  }

  @Test
  void propertiesAreDescribedForTheIde() throws IOException {
    try (var metadata =
        MillraceProperties.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      var properties =
          JsonMapper.shared()
              .readTree(new String(requireNonNull(metadata).readAllBytes(), StandardCharsets.UTF_8))
              .path("properties");
      assertThat(properties).hasSizeGreaterThan(25);
      assertThat(properties)
          .allSatisfy(property -> assertThat(property.path("description").asString()).isNotBlank());
      assertThat(properties)
          .anySatisfy(property -> {
            assertThat(property.path("name").asString()).isEqualTo("millrace.timeouts.idle");
            assertThat(property.path("defaultValue").asString()).isEqualTo("90s");
          });
    }
  }
}
