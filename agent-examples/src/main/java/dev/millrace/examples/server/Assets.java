package dev.millrace.examples.server;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/** The page: its own files by name, and the libraries that it uses, from their jars. */
final class Assets implements HttpService {
  private static final String OWN = "/dev/millrace/examples/server/";
  private static final String JARS = "/META-INF/resources/webjars/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private record Asset(String resource, String type) {}

  private static final Map<String, Asset> ASSETS =
      Map.ofEntries(
          Map.entry("/", new Asset(OWN + "index.html", "text/html; charset=utf-8")),
          Map.entry("/style.css", new Asset(OWN + "style.css", "text/css; charset=utf-8")),
          Map.entry("/icon.svg", new Asset(OWN + "icon.svg", "image/svg+xml")),
          script("app.js"),
          script("api.js"),
          script("run-state.js"),
          script("view.js"),
          script("tool-card.js"),
          script("partial-input.js"),
          script("approvals.js"),
          script("markdown.js"),
          script("meter.js"),
          script("use-agent-run.js"),
          Map.entry("/marked.js", new Asset(JARS + "marked/17.0.1/lib/marked.esm.js", SCRIPT)),
          Map.entry("/purify.js", new Asset(JARS + "dompurify/3.3.1/dist/purify.es.mjs", SCRIPT)));

  private static Map.Entry<String, Asset> script(String name) {
    return Map.entry("/" + name, new Asset(OWN + name, SCRIPT));
  }

  static Set<String> paths() {
    return ASSETS.keySet();
  }

  @Override
  public void routing(HttpRules rules) {
    ASSETS.forEach((path, asset) -> {
      var bytes = read(asset.resource());
      rules.get(path, (request, response) -> send(response, asset.type(), bytes));
    });
  }

  private static void send(ServerResponse response, String type, byte[] bytes) {
    response.header(HeaderNames.CONTENT_TYPE, type).send(bytes);
  }

  private static byte[] read(String resource) {
    try (var in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the page is not complete, " + resource + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
