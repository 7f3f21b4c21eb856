package dev.millrace.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A well-behaved client: the JDK's, with the headers that the API wants. */
final class Asking {
  private Asking() {}

  static HttpResponse<String> post(MessagesServer server, String body)
      throws IOException, InterruptedException {
    return send(request(server, "/v1/messages").POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  static HttpRequest.Builder request(MessagesServer server, String path) {
    return HttpRequest.newBuilder(URI.create(server.baseUri() + path))
        .header("x-api-key", "test")
        .header("anthropic-version", "2026-10-21")
        .header("content-type", "application/json");
  }

  static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
