package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is compiled, and what it points at is there. */
class ReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..").normalize();
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- (\\S+\\.java) -->\\n```java\\n(.*?)\\n```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile("// tag::readme\\[]\\n(.*?)\\n *// end::readme\\[]", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)\\)");

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  @Test
  void showsTheCodeOfTheExamples() throws IOException {
    var snippets = SNIPPET.matcher(readme());
    int shown = 0;
    while (snippets.find()) {
      var region = REGION.matcher(Files.readString(ROOT.resolve(snippets.group(1))));
      assertThat(region.find()).as("a region in %s", snippets.group(1)).isTrue();
      assertThat(snippets.group(2)).isEqualTo(region.group(1).stripIndent());
      shown++;
    }
    assertThat(shown).isEqualTo(2);
  }

  @Test
  void pointsAtFilesThatAreThere() throws IOException {
    var links = LINK.matcher(readme());
    while (links.find()) {
      assertThat(ROOT.resolve(links.group(1))).exists();
    }
  }

  @Test
  void isShort() throws IOException {
    assertThat(readme().lines().count()).isLessThanOrEqualTo(150);
    assertThat(Files.readString(ROOT.resolve("CONTRIBUTING.md")).lines().count())
        .isLessThanOrEqualTo(80);
  }
}
