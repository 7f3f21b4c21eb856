package dev.millrace.tools;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A family of tools knows what a tool is, and nothing of runs, clients or other families. */
class ArchitectureTest {
  private static final String ROOT = "dev.millrace.tools";
  private static final String AGENT = "dev.millrace.agent.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void toolsKnowToolMessageSchemaAndTheCancelSignal() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..",
                "javax.net.ssl..",
                "org.jspecify.annotations..",
                "com.fasterxml.jackson.annotation..",
                "tools.jackson.databind..",
                "org.slf4j..",
                "org.jsoup..",
                "org.apache.hc..",
                "io.modelcontextprotocol..",
                "reactor..",
                AGENT + "tool",
                AGENT + "message",
                AGENT + "schema",
                AGENT + "cancel",
                ROOT + ".."))
        .check(CLASSES);
  }

  @Test
  void eachLibraryBelongsToOneFamily() {
    confine("org.jsoup..", "web");
    confine("org.apache.hc..", "web");
    confine("javax.net.ssl..", "web");
    confine("io.modelcontextprotocol..", "mcp");
    confine("reactor..", "mcp");
  }

  private static void confine(String library, String family) {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "." + family + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  @Test
  void familiesDoNotKnowEachOther() {
    slices()
        .matching(ROOT + ".(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void filesAreOpenedByHandleInOnePlaceOnly() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".files")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".files.Root")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.file.Files")
        .orShould()
        .dependOnClassesThat(
            resideInAnyPackage("java.io").and(JavaClass.Predicates.simpleName("File")))
        .check(CLASSES);
  }

  @Test
  void onlyTheFrontDoorIsPublic() {
    assertThat(CLASSES.stream())
        .filteredOn(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .filteredOn(JavaClass::isTopLevelClass)
        .extracting(type -> type.getName().substring(ROOT.length() + 1))
        .containsExactlyInAnyOrder(
            "files.FileChanges",
            "files.FileLimits",
            "files.FileTools",
            "files.MemoryTool",
            "files.ProtectedPaths",
            "files.TextEditorTool",
            "mcp.McpCommand",
            "mcp.McpEndpoint",
            "mcp.McpLimits",
            "mcp.McpServer",
            "mcp.McpServerBuilder",
            "question.AskUserTool",
            "shell.Shell",
            "shell.ShellLimits",
            "shell.ShellSettings",
            "todo.TodoList",
            "todo.TodoTool",
            "web.WebAccess",
            "web.WebLimits",
            "web.WebTools");
  }
}
