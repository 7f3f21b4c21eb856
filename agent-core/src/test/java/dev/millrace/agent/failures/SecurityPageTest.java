package dev.millrace.agent.failures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on security names tests that are there. */
class SecurityPageTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..").normalize();
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  /** The source of each test by its name, those of one name together. */
  private static Map<String, String> tests() throws IOException {
    var tests = new HashMap<String, String>();
    try (var files = Files.find(ROOT, 20, (path, file) -> path.toString().endsWith("Test.java"))) {
      for (var file : files.toList()) {
        var name = file.getFileName().toString().replace(".java", "");
        tests.merge(name, Files.readString(file), String::concat);
      }
    }
    return tests;
  }

  @Test
  void namesTestsThatAreThere() throws IOException {
    var tests = tests();
    var named =
        NAMED.matcher(Files.readString(ROOT.resolve("docs/security.md"))).results().toList();
    assertThat(named).hasSizeGreaterThan(80);
    for (var test : named) {
      assertThat(tests.getOrDefault(test.group(1), "")).contains("void " + test.group(2) + "(");
    }
  }
}
