package dev.millrace.temporal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/** Texts as payloads of notifications, which may have 8,000 bytes, and back. */
final class Notifications {
  private static final int MOST_BYTES = 7_900;
  private static final int PART_BYTES = 5_700;
  private static final String WHOLE = "w\n";
  private static final String PART = "p\n";

  private Notifications() {}

  /** As few as hold the texts in order; a large text is in several of its own. */
  static List<String> of(List<String> texts) {
    var payloads = new ArrayList<String>();
    var open = new StringBuilder(WHOLE);
    int bytes = WHOLE.length();
    for (var text : texts) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      if (bytes + utf8.length + 1 > MOST_BYTES && open.length() > WHOLE.length()) {
        payloads.add(open.toString());
        open.setLength(WHOLE.length());
        bytes = WHOLE.length();
      }
      if (utf8.length + WHOLE.length() + 1 > MOST_BYTES) {
        split(utf8, payloads);
      } else {
        open.append(text).append('\n');
        bytes += utf8.length + 1;
      }
    }
    if (open.length() > WHOLE.length()) {
      payloads.add(open.toString());
    }
    return payloads;
  }

  private static void split(byte[] utf8, List<String> into) {
    var id = UUID.randomUUID();
    int parts = (utf8.length + PART_BYTES - 1) / PART_BYTES;
    for (int i = 0; i < parts; i++) {
      int from = i * PART_BYTES;
      var part = Arrays.copyOfRange(utf8, from, Math.min(utf8.length, from + PART_BYTES));
      var text = Base64.getEncoder().encodeToString(part);
      into.add(PART + id + "\n" + i + "\n" + parts + "\n" + text);
    }
  }

  /** Puts texts together again. For one thread. */
  static final class Parts {
    /** Parts of more texts at once are those of senders that died. */
    private static final int MOST_OPEN = 64;

    private static final int MOST_PARTS = 2_000;

    private final LinkedHashMap<String, List<String>> open = new LinkedHashMap<>();

    /** The texts that are whole with this payload. */
    List<String> take(String payload) {
      if (payload.startsWith(WHOLE)) {
        return payload.substring(WHOLE.length()).lines().toList();
      }
      var fields = payload.split("\n", -1);
      if (!payload.startsWith(PART) || fields.length != 5) {
        return List.of();
      }
      return part(fields[1], Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), fields[4]);
    }

    private List<String> part(String id, int number, int parts, String text) {
      var taken = open.computeIfAbsent(id, key -> new ArrayList<>());
      if (number != taken.size() || parts > MOST_PARTS) {
        open.remove(id); // sent again from the start, or not ours
        return List.of();
      }
      taken.add(text);
      if (taken.size() < parts) {
        if (open.size() > MOST_OPEN) {
          open.remove(open.keySet().iterator().next());
        }
        return List.of();
      }
      open.remove(id);
      var bytes = new ByteArrayOutputStream();
      taken.forEach(part -> bytes.writeBytes(Base64.getDecoder().decode(part)));
      return List.of(bytes.toString(StandardCharsets.UTF_8));
    }
  }
}
