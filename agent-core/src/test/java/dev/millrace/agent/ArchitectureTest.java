package dev.millrace.agent;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shape of the house: who may know whom, what things are called, how large they may get. */
class ArchitectureTest {
  private static final String ROOT = "dev.millrace.agent";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  @Tag("C15")
  void arrowsRunOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("root")
        .definedBy(ROOT)
        .layer("message")
        .definedBy(ROOT + ".message")
        .layer("schema")
        .definedBy(ROOT + ".schema")
        .layer("cancel")
        .definedBy(ROOT + ".cancel")
        .layer("stream")
        .definedBy(ROOT + ".stream")
        .layer("tool")
        .definedBy(ROOT + ".tool")
        .layer("client")
        .definedBy(ROOT + ".client")
        .layer("session")
        .definedBy(ROOT + ".session")
        .layer("feed")
        .definedBy(ROOT + ".feed")
        .whereLayer("message")
        .mayNotAccessAnyLayer()
        .whereLayer("schema")
        .mayNotAccessAnyLayer()
        .whereLayer("cancel")
        .mayNotAccessAnyLayer()
        .whereLayer("stream")
        .mayOnlyAccessLayers("message")
        .whereLayer("tool")
        .mayOnlyAccessLayers("message", "schema", "cancel")
        .whereLayer("client")
        .mayOnlyAccessLayers("stream", "message", "cancel")
        .whereLayer("session")
        .mayOnlyAccessLayers("message")
        .whereLayer("feed")
        .mayOnlyAccessLayers("root", "message", "tool", "client", "session", "stream", "cancel")
        .layer("cache")
        .definedBy(ROOT + ".cache")
        .layer("telemetry")
        .definedBy(ROOT + ".telemetry")
        .whereLayer("cache")
        .mayOnlyAccessLayers("root", "message", "client")
        .whereLayer("telemetry")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("root")
        .mayOnlyBeAccessedByLayers("feed", "cache", "telemetry")
        .check(CLASSES);
  }

  @Test
  void micrometerIsForTelemetryAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".telemetry")
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.micrometer.."))
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .should(
            new ArchCondition<JavaClass>("reside in a @NullMarked package") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(type, marked, type.getName()));
              }
            })
        .check(CLASSES);
  }

  @Test
  void theLoopTouchesNothingOfTheWorld() {
    noClasses()
        .that()
        .haveFullyQualifiedName(ROOT + ".AgentLoop")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "java.io..",
                "java.net..",
                "java.nio..",
                "java.util.concurrent..",
                "java.util.random..",
                "java.time.zone..",
                ROOT + ".client",
                ROOT + ".stream",
                ROOT + ".tool",
                ROOT + ".session",
                ROOT + ".cancel"))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName(Thread.class.getName())
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName(System.class.getName())
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName(java.time.Clock.class.getName())
        .check(CLASSES);
  }

  @Test
  void publicSignaturesHoldNoLibraryTypesButJsonNodes() {
    var foreign =
        resideInAnyPackage("tools.jackson..", "org.apache..", "com.networknt..", "org.slf4j..");
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .should(
            new ArchCondition<JavaMethod>("hold no library types but JSON nodes") {
              @Override
              public void check(JavaMethod method, ConditionEvents events) {
                Stream.concat(
                        Stream.of(method.getRawReturnType()),
                        method.getRawParameterTypes().stream())
                    .filter(foreign)
                    .filter(
                        type -> !List.of("JsonNode", "ObjectNode").contains(type.getSimpleName()))
                    .forEach(type ->
                        events.add(
                            SimpleConditionEvent.violated(
                                method, method.getFullName() + " holds " + type.getName())));
              }
            })
        .check(CLASSES);
  }

  @Test
  void nothingPrintsAndNothingLogsBesideSlf4j() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
    noClasses().should().dependOnClassesThat(resideInAnyPackage("ch.qos.logback..")).check(CLASSES);
  }

  @Test
  void namesSayWhatThingsAre() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Base)(\\$.*)?")
        .orShould()
        .haveSimpleNameStartingWith("Abstract")
        .check(CLASSES);
  }

  @Test
  void noStaticFieldChanges() {
    var changing =
        CLASSES.stream()
            .flatMap(type -> type.getFields().stream())
            .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
            .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
            .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
            .map(field -> field.getFullName())
            .toList();
    assertThat(changing).isEmpty();
  }

  @Test
  void filesStaySmall() throws IOException {
    var sources = Path.of(System.getProperty("basedir", "."), "src/main/java");
    try (var files = Files.walk(sources)) {
      var tooLong =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> lines(file) > most(file))
              .map(file -> sources.relativize(file) + ": " + lines(file) + " lines")
              .toList();
      assertThat(tooLong).isEmpty();
    }
  }

  /** The loop must be read in one sitting; no file may be red at 400 lines. */
  private static int most(Path file) {
    return file.endsWith("AgentLoop.java") ? 250 : 400;
  }

  private static long lines(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyPublicTypeIsSeenByTheseRules() {
    DescribedPredicate<JavaClass> any = alwaysTrue();
    assertThat(CLASSES.that(any)).hasSizeGreaterThan(50);
  }
}
