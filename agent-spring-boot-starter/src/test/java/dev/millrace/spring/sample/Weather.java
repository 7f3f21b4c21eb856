package dev.millrace.spring.sample;

import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.ToolMethod;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.stereotype.Component;

/** A bean behind a proxy, as most are that take part in transactions or are secured. */
@Component
@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
public class Weather {
  @ToolMethod("Current weather in a city.")
  public String getWeather(@Description("City, e.g. Oslo") String city) {
    return "Sun over " + city;
  }
}
