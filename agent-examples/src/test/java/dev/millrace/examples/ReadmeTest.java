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
      Pattern.compile("<!-- region (\\w+) of (\\S+) -->\\n```java\\n(.*?)\\n```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)\\)");

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  @Test
  void showsTheCodeOfTheExamples() throws IOException {
    var snippets = SNIPPET.matcher(readme());
    int shown = 0;
    while (snippets.find()) {
      var region = region(snippets.group(1), ROOT.resolve(snippets.group(2)));
      assertThat(snippets.group(3)).isEqualTo(region.stripIndent());
      shown++;
    }
    assertThat(shown).isEqualTo(3);
  }

  private static String region(String name, Path file) throws IOException {
    var region =
        Pattern.compile("// region " + name + "\\n(.*?)\\n *// endregion", Pattern.DOTALL)
            .matcher(Files.readString(file));
    assertThat(region.find()).as("region %s in %s", name, file).isTrue();
    return region.group(1);
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
    assertThat(readme().lines().count()).isLessThanOrEqualTo(180);
    assertThat(Files.readString(ROOT.resolve("CONTRIBUTING.md")).lines().count())
        .isLessThanOrEqualTo(80);
  }
}
