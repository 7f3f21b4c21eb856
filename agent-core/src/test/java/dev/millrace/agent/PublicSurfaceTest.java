package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What users can see of agent-core, against {@code api/agent-core.txt}: no name is added, changed
 * or taken away unnoticed. {@code -Dapi.update=true} writes the file anew.
 */
class PublicSurfaceTest {
  private static final Path FILE =
      Path.of(System.getProperty("basedir", "."), "../api/agent-core.txt").normalize();

  @Test
  void isTheOneThatIsWrittenDown() throws IOException {
    var surface = surface();
    if (Boolean.getBoolean("api.update")) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, surface);
    }
    assertThat(surface)
        .as("the public surface; if the change is meant, run with -Dapi.update=true")
        .isEqualTo(Files.readString(FILE));
  }

  private static String surface() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.millrace.agent")
            .stream()
            .map(JavaClass::reflect)
            .filter(PublicSurfaceTest::isVisible)
            .sorted((a, b) -> a.getName().compareTo(b.getName()))
            .map(PublicSurfaceTest::describe)
            .collect(Collectors.joining("\n"));
  }

  private static boolean isVisible(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
  }

  private static String describe(Class<?> type) {
    List<String> members = new ArrayList<>();
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      add(members, constructor, "new");
    }
    for (Method method : type.getDeclaredMethods()) {
      if (!method.isBridge() && !method.isSynthetic()) {
        var result = method.getGenericReturnType().getTypeName();
        add(members, method, result + " " + method.getName());
      }
    }
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers())) {
        members.add("  " + field.getGenericType().getTypeName() + " " + field.getName() + "\n");
      }
    }
    members.sort(String::compareTo);
    return type.toGenericString() + "\n" + String.join("", members);
  }

  private static void add(List<String> members, Executable member, String name) {
    int modifiers = member.getModifiers();
    if (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)) {
      var parameters =
          Arrays.stream(member.getGenericParameterTypes())
              .map(java.lang.reflect.Type::getTypeName)
              .collect(Collectors.joining(", ", "(", ")"));
      members.add(
          "  " + (Modifier.isStatic(modifiers) ? "static " : "") + name + parameters + "\n");
    }
  }
}
