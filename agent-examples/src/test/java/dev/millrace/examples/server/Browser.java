package dev.millrace.examples.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Chromium without a window, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern LISTENS = Pattern.compile("DevTools listening on (ws://\\S+)");
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private final Process process;
  private final Path profile;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();

  private Browser(Path executable) throws IOException {
    profile = Files.createTempDirectory("millrace-browser-");
    process =
        new ProcessBuilder(
                executable.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile)
            .redirectErrorStream(true)
            .start();
    socket = http.newWebSocketBuilder().buildAsync(URI.create(address()), new Incoming()).join();
  }

  /** Starts one; empty on a machine that has none. */
  static Optional<Browser> start() throws IOException {
    var found = find();
    return found.isEmpty() ? Optional.empty() : Optional.of(new Browser(found.get()));
  }

  private static Optional<Path> find() {
    var folders = Stream.of(System.getenv("PATH").split(":")).map(Path::of).toList();
    return NAMES.stream()
        .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private String address() throws IOException {
    var out = new BufferedReader(process.inputReader());
    var said = new StringBuilder();
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      var match = LISTENS.matcher(line);
      if (match.find()) {
        Thread.ofVirtual().start(() -> out.lines().forEach(more -> {}));
        return match.group(1);
      }
      said.append(line).append('\n');
    }
    throw new IOException("Chromium did not start:\n" + said);
  }

  /** A new tab, with nothing in it. */
  Tab tab() {
    var target = call("", "Target.createTarget", Map.of("url", "about:blank"));
    var attached =
        call(
            "",
            "Target.attachToTarget",
            Map.of("targetId", target.path("targetId").asString(), "flatten", true));
    return new Tab(this, attached.path("sessionId").asString());
  }

  /** Calls a method of the protocol and gives what it answers. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    long id = ids.incrementAndGet();
    var request = JSON.createObjectNode().put("id", id).put("method", method);
    request.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) {
      request.put("sessionId", session);
    }
    var answer = new CompletableFuture<JsonNode>();
    calls.put(id, answer);
    synchronized (socket) {
      socket.sendText(request.toString(), true).join();
    }
    var answered = answer.orTimeout(60, TimeUnit.SECONDS).join();
    if (answered.has("error")) {
      throw new IllegalStateException(method + ": " + answered.get("error"));
    }
    return answered.path("result");
  }

  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
      text.append(data);
      if (isLast) {
        var message = JSON.readTree(text.toString());
        text.setLength(0);
        var call = calls.remove(message.path("id").asLong(0));
        if (call != null) {
          call.complete(message);
        }
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    http.close();
    var all = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
    try (var files = Files.walk(profile)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
