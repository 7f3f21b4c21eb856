package dev.millrace.examples.scripted;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptionPartsTest {
  @Test
  void findsTheTitleAndTheFirstProseOfAReadme() {
    var readme =
        Readme.of(
            List.of(
                "[![build](b.svg)](x)",
                "# The **Tern**",
                "",
                "<p align=center>",
                "![bird](bird.png)",
                "",
                "```",
                "install it with a very long command",
                "```",
                "",
                "Tern [flies](x.md) from pole",
                "to `pole`."));
    assertThat(readme.title()).isEqualTo("The Tern");
    assertThat(readme.paragraph()).isEqualTo("Tern flies from pole to pole.");
  }

  @Test
  void findsNothingInAReadmeWithoutProse() {
    assertThat(Readme.of(List.of())).isEqualTo(new Readme("", ""));
    assertThat(Readme.of(List.of("***", "|a|b|")).paragraph()).isEmpty();
  }

  @Test
  void countsLanguagesByTheEndsOfNames() {
    var counts =
        Languages.count(List.of("a.java", "b/c.JAVA", "d.proto", "x.h", ".java", "java", "n.zzz"));
    assertThat(counts)
        .containsExactly(entry("Java", 2), entry("C", 1), entry("Protocol Buffers", 1));
  }

  @Test
  void readsAListing() {
    var folder =
        Folder.of(
            """
            .: 1,234 entries
            src/
            a b.txt  1,024 bytes
            one  1 byte
            target/x.class  9 bytes
            link  (link, not followed)
            [\u2026 1,229 more entries; narrow it by path or glob]\
            """);
    assertThat(folder.entries()).isEqualTo(1_234);
    assertThat(folder.folders()).containsExactly("src");
    assertThat(folder.bytes()).isEqualTo(1_034);
    assertThat(folder.sources()).containsExactly("a b.txt", "one");
    assertThat(folder.isWhole()).isFalse();
  }

  @Test
  void takesTheNumbersOffTheLinesOfAFile() {
    assertThat(FileText.of("a.txt: lines 1-2 of 9, 20 bytes\n     1\tone\n     2\t\ttwo\n[7 more]"))
        .isEqualTo("one\n\ttwo");
  }

  @Test
  void cutsATextIntoSmallPiecesThatAreTheText() {
    var text = " A text\nwith averyveryverylongword in it.  ";
    assertThat(String.join("", Deltas.of(text))).isEqualTo(text);
    assertThat(Deltas.of(text)).hasSizeGreaterThan(6);
  }
}
