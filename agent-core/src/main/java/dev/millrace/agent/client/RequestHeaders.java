package dev.millrace.agent.client;

import java.util.LinkedHashSet;
import java.util.List;
import org.apache.hc.core5.http.HttpMessage;

/** The headers of a request. */
final class RequestHeaders {
  private final ClientSettings settings;
  private final String betas;

  RequestHeaders(ClientSettings settings, List<String> requestBetas) {
    var all = new LinkedHashSet<>(settings.betas());
    all.addAll(requestBetas);
    this.settings = settings;
    this.betas = String.join(",", all);
  }

  void addTo(HttpMessage request) {
    request.setHeader("Accept", "text/event-stream, application/json");
    request.setHeader("Accept-Encoding", "identity");
    request.setHeader("User-Agent", settings.userAgent());
    request.setHeader("anthropic-version", settings.version().value());
    if (!betas.isEmpty()) {
      request.setHeader("anthropic-beta", betas);
    }
    settings.extraHeaders().forEach(request::addHeader);
    settings.credential().ifPresent(held -> request.setHeader(held.header(settings.version())));
  }
}
