package dev.millrace.examples.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A well-behaved client of a chat server. */
final class Client implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI server;
  private final String token;

  Client(Served served, String token) {
    this.server = served.uri();
    this.token = token;
  }

  Client(Served served) {
    this(served, Served.TOKEN);
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).GET());
  }

  HttpResponse<String> post(String path, String body, String... headers) {
    var request = request(path, headers);
    if (!Arrays.asList(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    return send(request.POST(BodyPublishers.ofString(body)));
  }

  /** Says it, and gives the answer when it has ended. */
  HttpResponse<String> say(String message) {
    return post("/api/chat", JSON.createObjectNode().put("message", message).toString());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request = HttpRequest.newBuilder(server.resolve(path));
    if (!Arrays.asList(headers).contains("Authorization")) {
      request.header("Authorization", "Bearer " + token);
    }
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The events of a stream. */
  static List<JsonNode> events(HttpResponse<String> response) {
    return response
        .body()
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> JSON.readTree(line.substring(6)))
        .toList();
  }

  static Stream<String> ids(HttpResponse<String> response) {
    return response.body().lines().filter(line -> line.startsWith("id: ")).map(l -> l.substring(4));
  }

  static String session(HttpResponse<String> response) {
    return response.headers().firstValue("X-Session-Id").orElseThrow();
  }

  static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  /** What a refusal says is wrong. */
  static String message(HttpResponse<String> response) {
    return json(response).path("error").path("message").asString();
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
