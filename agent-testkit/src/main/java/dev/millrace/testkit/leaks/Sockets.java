package dev.millrace.testkit.leaks;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Both ends of each socket of this machine, by its inode. */
final class Sockets {
  private static final List<String> TABLES = List.of("tcp", "tcp6", "udp", "udp6");
  private static final Map<String, String> STATES =
      Map.of("01", "ESTABLISHED", "07", "CLOSED", "08", "CLOSE_WAIT", "0A", "LISTEN");

  private final Map<String, String> ends = new HashMap<>();

  Sockets() {
    for (var table : TABLES) {
      try {
        Files.readAllLines(Path.of("/proc/self/net", table)).stream().skip(1).forEach(this::put);
      } catch (IOException e) {
        // Without this table its sockets are known by their inodes.
      }
    }
  }

  /** The ends of a {@code socket:[inode]}, or itself if it has none. */
  String ends(String socket) {
    return ends.getOrDefault(socket, socket);
  }

  private void put(String line) {
    var columns = line.strip().split(" +");
    if (columns.length > 9) {
      var state = STATES.getOrDefault(columns[3], "state " + columns[3]);
      ends.put(
          "socket:[" + columns[9] + "]",
          "%s -> %s (%s)".formatted(address(columns[1]), address(columns[2]), state));
    }
  }

  /** An address and a port in hexadecimal digits, the address in words of this machine's order. */
  private static String address(String hex) {
    var parts = hex.split(":");
    var bytes = HexFormat.of().parseHex(parts[0]);
    for (int word = 0; word < bytes.length; word += 4) {
      swap(bytes, word, word + 3);
      swap(bytes, word + 1, word + 2);
    }
    try {
      int port = HexFormat.fromHexDigits(parts[1]);
      return InetAddress.getByAddress(bytes).getHostAddress() + ":" + port;
    } catch (IOException e) {
      return hex;
    }
  }

  private static void swap(byte[] bytes, int a, int b) {
    byte kept = bytes[a];
    bytes[a] = bytes[b];
    bytes[b] = kept;
  }
}
