package dev.millrace.examples;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.client.HttpMessagesClient;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.Tool;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.util.Map;

/**
 * The shortest agent: one tool, one question. The answer is printed as it is written. With {@code
 * ANTHROPIC_API_KEY} or {@code ANTHROPIC_BASE_URL} the README's program runs as it stands; without
 * them it runs on a script.
 */
public final class HelloAgent {
  private static final Script WITHOUT_KEY =
      Script.of(
          Reply.message().says("Let me look. ").calls("get_weather", "{\"city\": \"Oslo\"}"),
          Reply.says("It rains at 4 degrees, ", "so take a warm coat ", "and an umbrella."));

  private HelloAgent() {}

  /** What the tool gives back; the model is told it as JSON. */
  record Weather(String sky, int celsius) {}

  /** Stands for a weather service. */
  record Forecasts(Map<String, Weather> byCity) {
    Weather at(String city) {
      return byCity.getOrDefault(city, new Weather("sun", 21));
    }
  }

  public static void main(String[] args) {
    var forecasts = new Forecasts(Map.of("Oslo", new Weather("rain", 4)));
    var variables = System.getenv();
    if (variables.containsKey("ANTHROPIC_API_KEY") || variables.containsKey("ANTHROPIC_BASE_URL")) {
      hello(forecasts);
    } else {
      helloFromScript(forecasts);
    }
    System.out.println();
  }

  private static void hello(Forecasts forecasts) {
    // region hello
    record WeatherQuery(@Description("City, e.g. Oslo") String city) {}

    var weather =
        Tool.of(
            "get_weather",
            "Current weather in a city.",
            WeatherQuery.class,
            query -> forecasts.at(query.city()));

    var runner =
        AgentRunner.builder(HttpMessagesClient.fromEnvironment(), "claude-opus-5-5")
            .tools(weather)
            .build();

    runner.run("What should I wear in Oslo?", RunListener.onText(System.out::print));
    // endregion
  }

  /** The same with another client. */
  private static void helloFromScript(Forecasts forecasts) {
    record WeatherQuery(@Description("City, e.g. Oslo") String city) {}

    var weather =
        Tool.of(
            "get_weather",
            "Current weather in a city.",
            WeatherQuery.class,
            query -> forecasts.at(query.city()));
    try (var endpoint = Endpoint.fromEnvironment(WITHOUT_KEY)) {
      AgentRunner.builder(endpoint.client(), endpoint.model())
          .tools(weather)
          .build()
          .run("What should I wear in Oslo?", RunListener.onText(System.out::print));
    }
  }
}
