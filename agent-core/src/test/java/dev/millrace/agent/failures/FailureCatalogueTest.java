package dev.millrace.agent.failures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of failures and the tests that prove it name each other. */
class FailureCatalogueTest {
  private static final Map<Character, Integer> FAMILIES =
      Map.of(
          'A', 17, 'B', 16, 'C', 16, 'D', 4, 'E', 11, 'F', 12, 'G', 22, 'H', 13, 'I', 11, 'J', 14);

  /** The families that must be listed in full; the others may grow. */
  private static final String COMPLETE = "ABCDEFGHIJ";

  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..").normalize();
  private static final Pattern ID = Pattern.compile("[A-J]\\d\\d");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)\\.(\\w+)`");
  private static final Pattern METHOD = Pattern.compile("\\n  (?:public )?void (\\w+)\\(");
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"([A-J]\\d\\d)\"\\)");

  private static final List<Row> ROWS = rows();
  private static final List<Path> SOURCES = sources();
  private static final List<Tagged> TAGGED =
      SOURCES.stream().flatMap(FailureCatalogueTest::tagged).toList();

  /** A line of a table; one that does not apply says why and names no test. */
  private record Row(String id, String answer, List<String> tests) {
    boolean applies() {
      return !answer.startsWith("does not apply: ");
    }
  }

  /** A test method with tags, by its class and its name. */
  private record Tagged(String name, List<String> ids, boolean needsCorpora) {}

  private static List<Row> rows() {
    var rows = new ArrayList<Row>();
    for (var line : read(ROOT.resolve("docs/failures.md")).lines().toList()) {
      var cells = line.split(" \\| ", -1);
      var id = cells[0].replace("| ", "");
      if (ID.matcher(id).matches()) {
        assertThat(cells).as(line).hasSize(4);
        var tests = NAMED.matcher(cells[3]).results();
        rows.add(
            new Row(id, cells[2], tests.map(test -> test.group(1) + "." + test.group(2)).toList()));
      }
    }
    return rows;
  }

  private static List<Path> sources() {
    var sources = new ArrayList<Path>();
    try (var modules = Files.list(ROOT)) {
      for (var module : modules.sorted().toList()) {
        var folder = module.resolve("src/test/java");
        if (Files.isDirectory(folder)) {
          sources.addAll(files(folder));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith("Test.java")).toList();
    }
  }

  private static Stream<Tagged> tagged(Path source) {
    var text = read(source);
    var type = source.getFileName().toString().replace(".java", "");
    boolean allNeedCorpora = needsCorpora(text.substring(0, text.indexOf("class " + type)));
    return METHOD
        .matcher(text)
        .results()
        .map(method -> {
          // A blank line parts a method's annotations from what stands before them.
          var head = text.substring(text.lastIndexOf("\n\n", method.start()), method.end());
          var ids = TAG.matcher(head).results().map(tag -> tag.group(1)).toList();
          return new Tagged(
              type + "." + method.group(1), ids, allNeedCorpora || needsCorpora(head));
        })
        .filter(test -> !test.ids().isEmpty());
  }

  private static boolean needsCorpora(String annotations) {
    return annotations.contains("@EnabledIfSystemProperty(named = \"corpora\"");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void listsEachIdOnce() {
    assertThat(ROWS).extracting(Row::id).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void listsEachIdOfACompleteFamilyAndNoneThatIsUnknown() {
    for (var family : FAMILIES.entrySet()) {
      var known =
          IntStream.rangeClosed(1, family.getValue())
              .mapToObj(number -> "%s%02d".formatted(family.getKey(), number))
              .toList();
      var listed =
          ROWS.stream().map(Row::id).filter(id -> id.charAt(0) == family.getKey()).toList();
      if (COMPLETE.indexOf(family.getKey()) >= 0) {
        assertThat(listed).isEqualTo(known);
      } else {
        assertThat(known).containsAll(listed);
      }
    }
  }

  @Test
  void namesTestsThatAreThereAndCarryTheirId() {
    for (var row : ROWS) {
      assertThat(row.tests().isEmpty()).as("%s names no test", row.id()).isEqualTo(!row.applies());
      assertThat(named(carriersOf(row.id())))
          .as("tests that are tagged %s", row.id())
          .containsAll(row.tests());
    }
  }

  @Test
  void hasATestOfEachIdThatNeedsNoOtherData() {
    for (var row : ROWS) {
      var carriers = carriersOf(row.id()).filter(test -> !test.needsCorpora());
      assertThat(named(carriers).isEmpty())
          .as("%s has no test of its own", row.id())
          .isEqualTo(!row.applies());
    }
  }

  private static Stream<Tagged> carriersOf(String id) {
    return TAGGED.stream().filter(test -> test.ids().contains(id));
  }

  private static List<String> named(Stream<Tagged> tests) {
    return tests.map(Tagged::name).toList();
  }

  @Test
  void listsEachIdThatATestIsTaggedWith() {
    var tags = new TreeSet<String>();
    TAGGED.forEach(tagged -> tags.addAll(tagged.ids()));
    assertThat(ROWS).extracting(Row::id).containsAll(tags);
  }

  /** A tag that stands anywhere else than on a test method would prove nothing. */
  @Test
  void findsEachTagOnATestMethod() {
    long written = 0;
    for (var source : SOURCES) {
      written += TAG.matcher(read(source)).results().count();
    }
    assertThat(TAGGED.stream().mapToLong(test -> test.ids().size()).sum()).isEqualTo(written);
  }
}
