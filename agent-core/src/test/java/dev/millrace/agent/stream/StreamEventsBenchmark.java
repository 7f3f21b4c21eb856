package dev.millrace.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an event costs from its bytes to its record, run by hand: CPU time and allocation per event,
 * for streams in reads of 8 KiB. With {@code -Dcorpora} the recordings are read too.
 */
public final class StreamEventsBenchmark {
  private static final int ROUNDS = 40;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final StreamEvent[] KEPT = new StreamEvent[1024];
  private static long seen;

  private StreamEventsBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    measure("text deltas", deltas("text_delta\",\"text", "word"));
    measure(
        "input deltas, escapes",
        deltas("input_json_delta\",\"partial_json", "a\\n b = \\\"c\\\"; "));
    measure("tool_use starts", repeated("content_block_start", TOOL_START));
    measure("message starts", repeated("message_start", MESSAGE_START));
    measure("message deltas", repeated("message_delta", MESSAGE_DELTA));
    if (System.getProperty("corpora") != null) {
      measure("recordings", recordings());
    }
    System.out.println("characters seen: " + seen);
  }

  private static final String TOOL_START =
      "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\","
          + "\"id\":\"toolu_01X1PSFUkNua9EZHLVHwy6T4\",\"name\":\"get_weather\",\"input\":{},"
          + "\"caller\":{\"type\":\"direct\"}}}";
  private static final String MESSAGE_START =
      "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-sonnet-4-6\",\"id\":\"msg_01R\","
          + "\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"stop_reason\":null,"
          + "\"stop_sequence\":null,\"stop_details\":null,\"usage\":{\"input_tokens\":52,"
          + "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"cache_creation\":"
          + "{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0},"
          + "\"output_tokens\":1,\"service_tier\":\"standard\",\"inference_geo\":\"global\"}} }";
  private static final String MESSAGE_DELTA =
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
          + "\"usage\":{\"input_tokens\":52,\"cache_creation_input_tokens\":0,"
          + "\"cache_read_input_tokens\":0,\"output_tokens\":99}}";

  private static byte[] deltas(String kind, String text) {
    return repeated(
        "content_block_delta",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\""
            + kind
            + "\":\""
            + text
            + "\"}   }");
  }

  private static byte[] repeated(String name, String data) {
    return ("event: " + name + "\ndata: " + data + "\n\n").repeat(20_000).getBytes(UTF_8);
  }

  private static byte[] recordings() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 8; i++) {
      for (var file : Corpora.files(Corpora.path("recordings", "sse"))) {
        all.write(Corpora.bytes(file));
      }
    }
    return all.toByteArray();
  }

  private static void measure(String what, byte[] stream) throws IOException {
    double[] nanos = new double[ROUNDS];
    double[] floor = new double[ROUNDS];
    double bytes = 0;
    int events = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long start = THREADS.getCurrentThreadCpuTime();
      events = read(stream);
      nanos[round] = (double) (THREADS.getCurrentThreadCpuTime() - start) / events;
      bytes = (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / events;
      long floorStart = THREADS.getCurrentThreadCpuTime();
      tokens(stream);
      floor[round] = (double) (THREADS.getCurrentThreadCpuTime() - floorStart) / events;
    }
    Arrays.sort(nanos);
    Arrays.sort(floor);
    System.out.printf(
        "%-22s %5.0f ns/event (least %5.0f) %5.0f B/event; bare tokens %5.0f (%5.0f); ratio %.2f%n",
        what,
        nanos[ROUNDS / 2],
        nanos[0],
        bytes,
        floor[ROUNDS / 2],
        floor[0],
        nanos[ROUNDS / 2] / floor[ROUNDS / 2]);
  }

  /** What can hardly be avoided with a parser: one a stream event, its tokens merely counted. */
  private static int tokens(byte[] stream) throws IOException {
    SseParser parser = new SseParser(Chunks.of(stream, 8192));
    int count = 0;
    while (parser.next()) {
      int from = parser.dataStart();
      try (var tokens = MAPPER.createParser(parser.buffer(), from, parser.dataEnd() - from)) {
        while (tokens.nextToken() != null) {
          if (tokens.currentToken() == JsonToken.VALUE_STRING) {
            seen += tokens.getStringLength();
          }
        }
      }
      count++;
    }
    return count;
  }

  private static int read(byte[] stream) throws IOException {
    SseParser parser = new SseParser(Chunks.of(stream, 8192));
    StreamEvents events = new StreamEvents();
    int count = 0;
    while (parser.next()) {
      KEPT[count++ & 1023] = events.read(parser);
    }
    return count;
  }
}
