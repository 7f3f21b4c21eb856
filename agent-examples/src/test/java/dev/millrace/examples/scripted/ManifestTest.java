package dev.millrace.examples.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ManifestTest {
  @Test
  void readsAPomPastItsParentAndComments() {
    var pom =
        Manifest.of(
            "pom.xml",
            """
            <project>
              <!-- <artifactId>old</artifactId> -->
              <parent><artifactId>above</artifactId></parent>
              <artifactId>tern</artifactId>
              <description>A  bird
              that flies.</description>
              <modules><module>wing</module> <module>tail</module></modules>
              <dependencies><dependency><artifactId>x</artifactId></dependency></dependencies>
            </project>\
            """);
    assertThat(pom.name()).isEqualTo("tern");
    assertThat(pom.description()).isEqualTo("A bird that flies.");
    assertThat(pom.modules()).containsExactly("wing", "tail");
  }

  @Test
  void readsAPackageJson() {
    var npm =
        Manifest.of(
            "package.json",
            """
            {
              "name": "tern",
              "description": "A bird",
              "workspaces": ["wing", "tail/*"],
              "author": {"name": "else"}
            }\
            """);
    assertThat(npm.name()).isEqualTo("tern");
    assertThat(npm.modules()).containsExactly("wing", "tail/*");
  }

  @Test
  void readsOthers() {
    var cargo = Manifest.of("Cargo.toml", "[workspace]\nmembers = [\n \"a\",\n \"b\"]\n");
    assertThat(cargo.modules()).containsExactly("a", "b");
    assertThat(Manifest.of("go.mod", "module example.org/tern\n").name())
        .isEqualTo("example.org/tern");
    var gradle =
        Manifest.of("settings.gradle.kts", "rootProject.name = \"tern\"\ninclude(\":a\", \":b\")");
    assertThat(gradle.name()).isEqualTo("tern");
    assertThat(gradle.modules()).containsExactly(":a", ":b");
    assertThat(Manifest.of("pyproject.toml", "[project]\nname='tern'").name()).isEqualTo("tern");
  }

  @Test
  void findsNothingInWhatIsNone() {
    for (var file : new String[] {"pom.xml", "package.json", "Cargo.toml", "go.mod", "Makefile"}) {
      var manifest = Manifest.of(file, "\u0000 not what it should be <");
      assertThat(manifest.name()).isEmpty();
      assertThat(manifest.modules()).isEmpty();
    }
  }
}
