package dev.millrace.spring;

import dev.millrace.agent.feed.EventFeeds;
import dev.millrace.spring.sample.SampleApplication;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** The sample application on a free port, its API, and somebody who uses it. */
record Sample(MessagesServer api, ConfigurableApplicationContext context, HttpClient http)
    implements AutoCloseable {
  static Sample answering(Script script, String... settings) {
    var api = MessagesServer.start(script);
    var arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--spring.main.register-shutdown-hook=false",
                "--management.endpoints.web.exposure.include=prometheus",
                "--millrace.api-key=sk-ant-test",
                "--millrace.base-url=" + api.baseUri()));
    arguments.addAll(List.of(settings));
    var context = SpringApplication.run(SampleApplication.class, arguments.toArray(String[]::new));
    return new Sample(api, context, HttpClient.newHttpClient());
  }

  EventFeeds feeds() {
    return context.getBean(EventFeeds.class);
  }

  URI uri(String path) {
    var port = context.getBean(Environment.class).getProperty("local.server.port");
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofMinutes(1));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<InputStream> ask(String id, String question)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri("/chats/" + id))
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
    context.close();
    api.close();
  }
}
