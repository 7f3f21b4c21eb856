package dev.millrace.examples.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the file of a build tool says of a project.
 *
 * @param kind what it makes the project, such as "a Maven project"
 * @param name the project's name, or ""
 * @param description the project's description, or ""
 * @param modules its parts
 */
record Manifest(String kind, String name, String description, List<String> modules) {
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("pom.xml", "a Maven project"),
          Map.entry("package.json", "an npm package"),
          Map.entry("Cargo.toml", "a Cargo package"),
          Map.entry("pyproject.toml", "a Python project"),
          Map.entry("setup.py", "a Python project"),
          Map.entry("go.mod", "a Go module"),
          Map.entry("settings.gradle", "a Gradle project"),
          Map.entry("settings.gradle.kts", "a Gradle project"),
          Map.entry("build.gradle", "a Gradle project"),
          Map.entry("build.gradle.kts", "a Gradle project"),
          Map.entry("CMakeLists.txt", "a CMake project"),
          Map.entry("composer.json", "a Composer package"),
          Map.entry("Gemfile", "a Ruby project"),
          Map.entry("mix.exs", "a Mix project"),
          Map.entry("Makefile", "a project with a Makefile"));

  private static final Pattern COMMENTS = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
  private static final Pattern INNER =
      Pattern.compile(
          "<(parent|dependencies|dependencyManagement|build|profiles|licenses|properties)>.*?</\\1>",
          Pattern.DOTALL);

  /** Whether a file of this name is one that {@link #of} reads. */
  static boolean isKnown(String fileName) {
    return KINDS.containsKey(fileName);
  }

  /** Reads one; what it does not find is left empty. */
  static Manifest of(String fileName, String text) {
    var kind = KINDS.getOrDefault(fileName, "a project");
    return switch (fileName) {
      case "pom.xml" -> pom(kind, text);
      case "package.json", "composer.json" ->
          new Manifest(kind, json(text, "name"), json(text, "description"), workspaces(text));
      case "Cargo.toml" ->
          new Manifest(kind, toml(text, "name"), toml(text, "description"), list(text, "members"));
      case "pyproject.toml" ->
          new Manifest(kind, toml(text, "name"), toml(text, "description"), List.of());
      case "go.mod" -> new Manifest(kind, first(text, "(?m)^module\\s+(\\S+)"), "", List.of());
      case "settings.gradle", "settings.gradle.kts" ->
          new Manifest(
              kind, first(text, "rootProject\\.name\\s*=\\s*[\"']([^\"']+)"), "", included(text));
      case "CMakeLists.txt" ->
          new Manifest(kind, first(text, "(?i)\\bproject\\s*\\(\\s*(\\w[\\w-]*)"), "", List.of());
      default -> new Manifest(kind, "", "", List.of());
    };
  }

  private static Manifest pom(String kind, String text) {
    var bare = COMMENTS.matcher(text).replaceAll("");
    var own = INNER.matcher(bare).replaceAll("");
    var name = first(own, "<name>\\s*([^<$]+?)\\s*</name>");
    return new Manifest(
        kind,
        name.isEmpty() ? first(own, "<artifactId>\\s*([^<]+?)\\s*</artifactId>") : name,
        first(own, "<description>\\s*([^<]+?)\\s*</description>").replaceAll("\\s+", " "),
        all(own, "<module>\\s*([^<]+?)\\s*</module>"));
  }

  private static String json(String text, String name) {
    return first(text, "(?m)^\\s{0,4}\\{?\\s*\"" + name + "\"\\s*:\\s*\"([^\"\\\\]*)\"");
  }

  private static String toml(String text, String name) {
    return first(text, "(?m)^" + name + "\\s*=\\s*[\"']([^\"']*)[\"']");
  }

  private static List<String> workspaces(String text) {
    return quoted(first(text, "\"workspaces\"\\s*:\\s*\\[([^\\]]*)]"));
  }

  private static List<String> list(String text, String name) {
    return quoted(first(text, "(?m)^" + name + "\\s*=\\s*\\[([^\\]]*)]"));
  }

  private static List<String> included(String text) {
    var modules = new ArrayList<String>();
    for (var arguments : all(text, "(?m)^\\s*include\\b\\s*\\(?([^\\n)]*)")) {
      modules.addAll(quoted(arguments));
    }
    return modules;
  }

  private static List<String> quoted(String text) {
    return all(text, "[\"']([^\"'\\n]+)[\"']");
  }

  private static String first(String text, String pattern) {
    return find(text, pattern).orElse("");
  }

  private static Optional<String> find(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(r -> r.group(1)).findFirst();
  }

  private static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(r -> r.group(1)).toList();
  }
}
