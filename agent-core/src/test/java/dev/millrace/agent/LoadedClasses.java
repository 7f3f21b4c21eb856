package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a program in a JVM of its own loads until it ends. */
public final class LoadedClasses {
  private LoadedClasses() {}

  /**
   * The JVM's log of the classes it loads.
   *
   * @param main ends with 0 when all went well
   * @param folder where the log may be written
   */
  public static String of(Class<?> main, String argument, Path folder) throws Exception {
    var log = folder.resolve("classes.txt");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xlog:class+load=info:file=" + log,
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            argument);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return Files.readString(log);
  }
}
