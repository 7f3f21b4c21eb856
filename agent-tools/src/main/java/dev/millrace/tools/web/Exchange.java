package dev.millrace.tools.web;

import dev.millrace.agent.tool.ToolFailure;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageHeaders;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/** One GET on a connection of its own. All of its headers are fixed but the host. */
final class Exchange {
  private static final String ACCEPT =
      "text/html, application/xhtml+xml, text/markdown, text/plain, application/json,"
          + " application/xml;q=0.9, text/*;q=0.8, */*;q=0.1";
  private static final String USER_AGENT = "millrace-fetch/0.1";
  private static final int HEADER_BYTES = 128 * 1024;
  private static final int MAX_INTERIM = 5;
  private static final int MAX_LOCATION = 4_000;

  private final WebAddress target;
  private final WebLimits limits;
  private final ByteBudget budget = new ByteBudget(HEADER_BYTES);

  Exchange(WebAddress target, WebLimits limits) {
    this.target = target;
    this.limits = limits;
  }

  /** Asks, and reads the answer. */
  Answer run(Connection connection, Watch watch) throws ToolFailure {
    try {
      var http = connection.http(budget);
      http.sendRequestHeader(request());
      http.flush();
      var response = head(http);
      http.receiveResponseEntity(response);
      return answer(response);
    } catch (IOException | HttpException e) {
      throw Unreachable.of(target, e, watch);
    }
  }

  private BasicClassicHttpRequest request() {
    var request = new BasicClassicHttpRequest("GET", target.pathAndQuery());
    request.addHeader("Host", target.hostHeader());
    request.addHeader("User-Agent", USER_AGENT);
    request.addHeader("Accept", ACCEPT);
    request.addHeader("Accept-Encoding", "gzip");
    request.addHeader("Connection", "close");
    return request;
  }

  /** The head of the answer itself, behind those that only say it will come. */
  private static ClassicHttpResponse head(Connection.Http http) throws IOException, HttpException {
    var response = http.receiveResponseHeader();
    for (int i = 0; response.getCode() < 200; i++) {
      if (i == MAX_INTERIM || response.getCode() == 101) {
        throw new HttpException("interim answers without an end");
      }
      response = http.receiveResponseHeader();
    }
    return response;
  }

  private Answer answer(ClassicHttpResponse response) throws IOException, ToolFailure {
    var type = MediaType.parse(header(response, "Content-Type"));
    var location = header(response, "Location");
    var empty = new Body(new byte[0], false);
    var head = new Answer(target, response.getCode(), type, "", empty.bytes(), false);
    if (head.isRedirect() && location != null && location.length() <= MAX_LOCATION) {
      return new Answer(target, head.status(), type, location, empty.bytes(), false);
    }
    var entity = response.getEntity();
    var body = entity == null ? empty : body(entity, head, response);
    return new Answer(target, head.status(), type, "", body.bytes(), body.isCut());
  }

  private Body body(HttpEntity entity, Answer head, MessageHeaders headers)
      throws IOException, ToolFailure {
    if (!head.type().isText() && !head.type().isUnknown()) {
      throw notText(head.type().name(), entity.getContentLength());
    }
    budget.add(2L * limits.bodyBytes());
    return Body.read(entity.getContent(), encoding(headers), limits.bodyBytes(), budget);
  }

  private ToolFailure notText(String type, long length) {
    var size = length < 0 ? "of unknown size" : "of " + Shown.bytes(length);
    return new ToolFailure(
        "%s is %s, %s, and only text is read. Look for the same content as a web page or as text."
            .formatted(target, type, size));
  }

  /** All codings that were applied to the body, in order. */
  private static String encoding(MessageHeaders headers) {
    return Arrays.stream(headers.getHeaders("Content-Encoding"))
        .map(NameValuePair::getValue)
        .collect(Collectors.joining(","));
  }

  private static @Nullable String header(MessageHeaders headers, String name) {
    var header = headers.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }
}
