package dev.millrace.examples.server;

import dev.millrace.agent.message.InvalidJsonException;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ApprovalAnswer;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What a client sent, read strictly: it can say something and answer what it was asked, and set
 * nothing else of a request to the model.
 */
final class RequestBody {
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_DEPTH = 32;
  private static final Duration MOST_TIME = Duration.ofSeconds(30);

  private final RawJson json;
  private final SequencedMap<String, RawJson> members;

  private RequestBody(RawJson json) {
    this.json = json;
    this.members = json.members();
  }

  /**
   * Reads it.
   *
   * @param known the members that it may have
   * @throws Problem when it is too large, too slow, no JSON object or has other members
   */
  static RequestBody of(ServerRequest request, Set<String> known) {
    if (request.headers().contentLength().orElse(0) > MOST_BYTES) {
      throw tooLarge();
    }
    var json = parse(bytes(request));
    if (!json.isObject()) {
      throw Problem.invalid("the body must be a JSON object");
    }
    var body = new RequestBody(json);
    for (var name : body.members.keySet()) {
      if (!known.contains(name)) {
        var shown = name.length() > 40 ? name.substring(0, 40) + "..." : name;
        throw Problem.invalid("no member \"" + shown + "\" is known here, only " + sorted(known));
      }
    }
    return body;
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private static Problem tooLarge() {
    return Problem.of(413, "request_too_large", "the body has more than " + MOST_BYTES + " bytes");
  }

  private static byte[] bytes(ServerRequest request) {
    long start = System.nanoTime();
    var bytes = new ByteArrayOutputStream();
    var buffer = new byte[8_192];
    try (InputStream in = request.content().inputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes.write(buffer, 0, read);
        if (bytes.size() > MOST_BYTES) {
          throw tooLarge();
        }
        if (System.nanoTime() - start > MOST_TIME.toNanos()) {
          throw Problem.of(408, "timeout_error", "the body took too long");
        }
      }
      return bytes.toByteArray();
    } catch (Problem e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The server has many exceptions for chunks that are none and for ends that come too early.
      throw Problem.invalid("the body broke off, took too long or cannot be read");
    }
  }

  private static RawJson parse(byte[] bytes) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return RawJson.parse(text, MOST_DEPTH);
    } catch (CharacterCodingException e) {
      throw Problem.invalid("the body is no UTF-8");
    } catch (InvalidJsonException e) {
      throw Problem.invalid("the body is no JSON that can be used: " + e.getMessage());
    }
  }

  /** A text that must be there and not be blank. */
  String text(String name) {
    return optional(name)
        .filter(text -> !text.isBlank())
        .orElseThrow(() -> Problem.invalid("\"" + name + "\" must be a text that is not blank"));
  }

  Optional<String> optional(String name) {
    var value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw Problem.invalid("\"" + name + "\" must be a text");
    }
    return Optional.of(value.node().stringValue());
  }

  /** One of these, the first when it is not there. */
  String oneOf(String name, List<String> values) {
    var value = optional(name).orElse(values.getFirst());
    if (!values.contains(value)) {
      throw Problem.invalid("\"" + name + "\" must be one of " + values);
    }
    return value;
  }

  /** The answers to what waits for approval. */
  List<ApprovalAnswer> answers(String name) {
    var value = members.get(name);
    if (value == null || !value.isArray() || value.elements().isEmpty()) {
      throw Problem.invalid("\"" + name + "\" must be an array of answers");
    }
    try {
      return value.elements().stream().map(answer -> ApprovalAnswer.parse(answer.text())).toList();
    } catch (IllegalArgumentException | InvalidJsonException e) {
      throw Problem.invalid("an answer cannot be used: " + e.getMessage());
    }
  }

  /** The same for bodies that say the same. */
  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RequestBody that && json.equals(that.json);
  }
}
