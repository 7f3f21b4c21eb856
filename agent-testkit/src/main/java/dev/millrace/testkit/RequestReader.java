package dev.millrace.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads HTTP/1.1 requests from one connection. Each part has a cap. */
final class RequestReader {
  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_HEADERS = 200;

  private final InputStream in;
  private final OutputStream out;
  private final int maxBody;

  RequestReader(InputStream in, OutputStream out, int maxBody) {
    this.in = in;
    this.out = out;
    this.maxBody = maxBody;
  }

  /** Returns the next request, or null if the client has closed the connection before one. */
  @Nullable HttpRequest read() throws IOException {
    String start = line();
    while (start != null && start.isEmpty()) {
      start = line(); // RFC 9112, 2.2: an empty line before a request is skipped
    }
    if (start == null) {
      return null;
    }
    String[] words = start.split(" ", -1);
    if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      throw bad("expected a request line such as 'POST /v1/messages HTTP/1.1'");
    }
    boolean http11 = !words[2].equals("HTTP/1.0");
    var headers = headers();
    byte[] body = body(headers);
    boolean keepAlive = http11 && !has(headers, "connection", "close");
    return new HttpRequest(words[0], words[1], http11, headers, body, keepAlive);
  }

  private Map<String, List<String>> headers() throws IOException {
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    int count = 0;
    for (String line = requiredLine(); !line.isEmpty(); line = requiredLine()) {
      int colon = line.indexOf(':');
      if (colon < 1 || ++count > MAX_HEADERS) {
        throw colon < 1
            ? bad("expected a header 'name: value'")
            : new HttpException(431, "invalid_request_error", "more than 200 headers");
      }
      headers
          .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    return Collections.unmodifiableMap(headers);
  }

  private byte[] body(Map<String, List<String>> headers) throws IOException {
    boolean chunked = has(headers, "transfer-encoding", "chunked");
    var lengths = headers.getOrDefault("content-length", List.of());
    if (lengths.size() > 1 || (chunked && !lengths.isEmpty())) {
      throw bad("expected one of content-length and transfer-encoding");
    }
    if (!chunked && lengths.isEmpty()) {
      return new byte[0];
    }
    long length = chunked ? 0 : number(lengths.getFirst(), 10);
    requireSize(length);
    if (has(headers, "expect", "100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
      out.flush();
    }
    return chunked ? chunkedBody() : exactly((int) length);
  }

  private byte[] chunkedBody() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      String header = requiredLine();
      int extension = header.indexOf(';');
      String digits = extension < 0 ? header : header.substring(0, extension);
      long size = number(digits.strip(), 16);
      if (size == 0) {
        break;
      }
      requireSize(body.size() + size);
      body.write(exactly((int) size));
      if (!requiredLine().isEmpty()) {
        throw bad("expected the end of a chunk");
      }
    }
    headers(); // trailers
    return body.toByteArray();
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the body ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private void requireSize(long length) throws HttpException {
    if (length > maxBody) {
      throw new HttpException(
          413, "request_too_large", "Request exceeds the maximum allowed number of bytes");
    }
  }

  private static long number(String digits, int radix) throws HttpException {
    try {
      long number = Long.parseUnsignedLong(digits, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // the same complaint as for a number that is too large
    }
    throw bad("expected a length, got '" + digits + "'");
  }

  private static boolean has(Map<String, List<String>> headers, String name, String token) {
    return headers.getOrDefault(name, List.of()).stream().anyMatch(token::equalsIgnoreCase);
  }

  private String requiredLine() throws IOException {
    String line = line();
    if (line == null) {
      throw new EOFException("the request ended in its head");
    }
    return line;
  }

  /** Returns the next line without its end, or null at the end of the stream. */
  private @Nullable String line() throws IOException {
    var line = new ByteArrayOutputStream(64);
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (line.size() == MAX_LINE) {
        throw new HttpException(431, "invalid_request_error", "a line of the head is too long");
      }
      line.write(b);
    }
    String text = line.toString(ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static HttpException bad(String message) {
    return new HttpException(400, "invalid_request_error", "malformed HTTP: " + message);
  }
}
