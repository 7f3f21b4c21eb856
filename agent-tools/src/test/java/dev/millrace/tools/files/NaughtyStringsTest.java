package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Strings that have broken other programs, as paths, globs, patterns, names and contents. */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class NaughtyStringsTest {
  @TempDir Path root;

  private static List<String> strings() throws IOException {
    var file = Path.of(System.getProperty("corpora"), "naughty-strings/blns.json");
    var strings = new ArrayList<String>();
    JsonMapper.shared()
        .readTree(Files.readString(file))
        .forEach(node -> strings.add(node.stringValue()));
    assertThat(strings).hasSizeGreaterThan(400);
    return strings;
  }

  @Test
  @Tag("C08")
  void noInputBreaksATool() throws IOException {
    Files.writeString(root.resolve("a.txt"), String.join("\n", strings()));
    var calls = FileCalls.below(root);
    for (var string : strings()) {
      calls.read(string).isRefused();
      calls.list(string);
      calls.call("list_files", "glob", string);
      calls.call("search_files", "path", string, "pattern", "x");
      calls.search(string);
      assertThat(calls.call("search_files", "pattern", string, "literal", true).text())
          .doesNotContain("Exception");
    }
  }

  @Test
  void everyContentIsReadAsItIs() throws IOException {
    var strings =
        strings().stream().filter(string -> string.chars().noneMatch(c -> c == 0)).toList();
    Files.writeString(root.resolve("a.txt"), String.join("\n", strings));
    var expected = String.join("\n", strings).replace("\r\n", "\n");
    var text = FileCalls.below(root).read("a.txt").isFine().text();
    var content =
        Arrays.stream(text.split("\n"))
            .filter(line -> line.matches("(?s) *\\d+\t.*"))
            .map(line -> line.substring(line.indexOf('\t') + 1))
            .toList();
    assertThat(String.join("\n", content)).isEqualTo(expected);
  }

  @Test
  void everyNameIsListedOnOneLineAndReadByThatLine() throws IOException {
    int made = 0;
    for (var string : strings()) {
      if (make(string)) {
        made++;
      }
    }
    var calls = FileCalls.below(root);
    var lines = calls.call("list_files", "max_entries", 1_000).isFine().text().split("\n");
    assertThat(lines).hasSize(made + 1);
    for (int i = 1; i < lines.length; i++) {
      var name = lines[i].substring(0, lines[i].lastIndexOf("  "));
      var answer = calls.read(name);
      assertThat(answer.isError()).as(answer.text()).isEqualTo(name.contains("\\"));
    }
  }

  private boolean make(String name) {
    if (name.isEmpty() || name.contains("/") || name.equals(".") || name.equals("..")) {
      return false;
    }
    try {
      Files.writeString(root.resolve(name), "content", java.nio.file.StandardOpenOption.CREATE_NEW);
      return true;
    } catch (InvalidPathException | IOException e) {
      // Not a name on this file system, or there already.
      return false;
    }
  }
}
