package dev.millrace.tools.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.tool.ToolFailure;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
  private static boolean matches(String glob, String path) throws ToolFailure {
    return Glob.parse(Optional.of(glob)).matches(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          *.java       | a/b/C.java
          *.java       | C.java
          C.*          | a/C.java
          ?.java       | a/C.java
          *            | a/b
          **           | a/b
          **/*.java    | C.java
          **/*.java    | a/b/C.java
          a/**         | a/b/c
          a/**/c       | a/c
          a/**/c       | a/x/y/c
          ./a/*        | a/b
          a/*/c        | a/b/c
          [a-c]x       | bx
          [!a-c]x      | dx
          []]x         | ]x
          [a-]x        | -x
          *.{md,txt}   | a/b.txt
          {a,b{c,d}}/x | bd/x
          {a           | {a
          *a*b*c*      | xxaxxbxxcxx
          😀?          | 😀😀
          """)
  void matchesWhatItSays(String glob, String path) throws ToolFailure {
    assertThat(matches(glob, path)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          *.java    | C.javax
          *.java    | a.java/b
          a/*.java  | a/b/C.java
          a/*.java  | b/C.java
          /x        | x
          ?.java    | AB.java
          [a-c]x    | dx
          [!a-c]x   | ax
          a/**/c    | a/b
          A         | a
          """)
  void matchesNothingElse(String glob, String path) {
    try {
      assertThat(matches(glob, path)).isFalse();
    } catch (ToolFailure e) {
      assertThat(glob).startsWith("/");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "a[b",
        "/a",
        "../a",
        "a/../b",
        "a\\b",
        "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"
      })
  void refusesWhatItCannotMean(String glob) {
    assertThatThrownBy(() -> matches(glob, "a"))
        .isInstanceOf(ToolFailure.class)
        .hasMessageStartingWith("The glob \"" + glob + "\" is refused: ");
  }

  @Test
  void agreesWithTheJdkOnStarsWithinAName() throws ToolFailure {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      var glob = word(random, "ab*?", 1 + random.nextInt(8));
      var path = word(random, "ab", 1 + random.nextInt(8));
      if (!glob.contains("**")) {
        assertThat(matches(glob, path))
            .as("glob %s, path %s, seed %d", glob, path, seed)
            .isEqualTo(
                FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(path)));
      }
    }
  }

  private static String word(Random random, String letters, int length) {
    return IntStream.range(0, length)
        .mapToObj(i -> String.valueOf(letters.charAt(random.nextInt(letters.length()))))
        .collect(Collectors.joining());
  }

  @Test
  @Timeout(20)
  void noPatternTakesLong() throws ToolFailure {
    assertThat(matches("a*".repeat(200) + "b", "a".repeat(4_000))).isFalse();
    assertThat(matches("**/a/".repeat(90) + "b", "a/".repeat(2_000) + "c")).isFalse();
  }
}
