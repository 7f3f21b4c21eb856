package dev.millrace.examples.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One tab of a {@link Browser}. */
final class Tab implements AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(20);

  private final Browser browser;
  private final String session;

  Tab(Browser browser, String session) {
    this.browser = browser;
    this.session = session;
    call("Page.enable", Map.of());
    size(900, 720);
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return browser.call(session, method, parameters);
  }

  void size(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  void dark(boolean isDark) {
    var feature = Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", Map.of("features", new Object[] {feature}));
  }

  Tab open(String address) {
    call("Page.navigate", Map.of("url", address));
    return this;
  }

  void reload() {
    call("Page.reload", Map.of());
  }

  /** The value of an expression, whose promise is waited for. */
  JsonNode value(String expression) {
    var answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** The text of the first element that is meant; empty when there is none. */
  String text(String selector) {
    return value("document.querySelector(`" + selector + "`)?.textContent ?? ''").asString();
  }

  int count(String selector) {
    return value("document.querySelectorAll(`" + selector + "`).length").asInt();
  }

  /** Waits until it holds; fails when it never does. */
  void await(String expression) throws InterruptedException {
    var end = Instant.now().plus(MOST);
    while (!holds(expression)) {
      if (Instant.now().isAfter(end)) {
        var seen = value("document.body?.innerText ?? ''").asString();
        throw new AssertionError(expression + " never held. The page says:\n" + seen);
      }
      Thread.sleep(20);
    }
  }

  /** A page that is just being left has nothing to be asked for. */
  private boolean holds(String expression) {
    try {
      return value("Boolean(" + expression + ")").asBoolean();
    } catch (IllegalStateException e) {
      return false;
    }
  }

  void awaitText(String selector, String part) throws InterruptedException {
    await(
        "[...document.querySelectorAll(`%s`)].some((e) => e.textContent.includes(%s))"
            .formatted(selector, Quoted.of(part)));
  }

  void awaitStatus(String status) throws InterruptedException {
    await("document.body.dataset.status === '" + status + "'");
  }

  /** Types into what has the focus. */
  void type(String text) {
    call("Input.insertText", Map.of("text", text));
  }

  void press(String key) {
    int code = key.equals("Enter") ? 13 : key.equals("Escape") ? 27 : key.equals("Tab") ? 9 : 32;
    var text = key.equals("Enter") ? "\r" : key.equals("Space") ? " " : "";
    var name = key.equals("Space") ? " " : key;
    call(
        "Input.dispatchKeyEvent",
        Map.of(
            "type",
            "keyDown",
            "key",
            name,
            "code",
            key,
            "windowsVirtualKeyCode",
            code,
            "text",
            text));
    call(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", name, "code", key, "windowsVirtualKeyCode", code));
  }

  /** Says something, as a user does: by keys. */
  void say(String text) throws InterruptedException {
    await("document.activeElement?.id === 'message' && !document.querySelector('#send').hidden");
    type(text);
    press("Enter");
  }

  void click(String selector) {
    value("document.querySelector(`" + selector + "`).click()");
  }

  /** A picture of what is seen, when {@code -Dpictures=FOLDER} asks for it. */
  void picture(String name) throws IOException {
    var folder = System.getProperty("pictures", "");
    if (!folder.isEmpty()) {
      var data = call("Page.captureScreenshot", Map.of("format", "png")).path("data").asString();
      Files.createDirectories(Path.of(folder));
      Files.write(Path.of(folder, name + ".png"), Base64.getDecoder().decode(data));
    }
  }

  @Override
  public void close() {
    call("Page.close", Map.of());
  }

  /** Text as a literal of JavaScript. */
  private static final class Quoted {
    static String of(String text) {
      return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
    }
  }
}
