package dev.millrace.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.tool.Toolbox;
import dev.millrace.tools.Calls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model is told of commands, and what lasts from one to the next. */
class ShellTest {
  @TempDir Path workspace;

  @Test
  void aCommandRunsInTheWorkspaceAndTellsWhatItPrintedAndItsExitCode() throws IOException {
    Files.writeString(workspace.resolve("a.txt"), "hello\n");
    var answer = Shells.in(workspace).run("cat a.txt; echo $((6 * 7)) > b.txt; pwd").isFine();
    assertThat(answer.text()).isEqualTo("hello\n" + workspace.toRealPath() + "\n[exit code 0]");
    assertThat(workspace.resolve("b.txt")).hasContent("42\n");
  }

  @Test
  void anExitCodeIsAResultNotAFailure() {
    var shell = Shells.in(workspace);
    assertThat(shell.run("false").isFine().text()).isEqualTo("[exit code 1]");
    assertThat(shell.run("kill -9 $$").isFine().text())
        .isEqualTo("[exit code 137: killed by SIGKILL]");
    assertThat(shell.run("nonesuch").isFine().text())
        .contains("nonesuch: command not found")
        .endsWith("[exit code 127]");
  }

  @Test
  @Tag("G21")
  void bothOutputsComeInTheirOrder() {
    var command = "for i in 1 2 3; do echo out$i; echo err$i >&2; done";
    assertThat(Shells.in(workspace).run(command).text())
        .isEqualTo("out1\nerr1\nout2\nerr2\nout3\nerr3\n[exit code 0]");
  }

  @Test
  @Tag("G21")
  void aMegabyteOfErrorsBlocksNobody() {
    assertThat(Shells.in(workspace).run("head -c 1M /dev/zero >&2; echo done").isFine().text())
        .endsWith("done\n[exit code 0]");
  }

  @Test
  @Tag("G20")
  void thereIsNoInputAndNoTerminal() {
    var shell = Shells.in(workspace);
    assertThat(shell.run("cat; wc -c").text()).isEqualTo("0\n[exit code 0]");
    assertThat(shell.run("test -t 0 || test -t 1 || (: </dev/tty) || echo none").text())
        .endsWith("none\n[exit code 0]");
    assertThat(shell.run("read -p 'Password: ' x </dev/tty").text()).contains("exit code 1");
  }

  @Test
  void eachCommandStartsFresh() {
    var shell = Shells.in(workspace);
    shell.run("cd /; export A=1; touch /tmp/x ~/y").isFine();
    assertThat(shell.run("pwd; echo \"[$A]\"; ls /tmp ~").text())
        .startsWith(workspace + "\n[]\n")
        .doesNotContain("\nx\n", "\ny\n");
  }

  @Test
  void aCommandIsTakenAsItIsWritten() {
    var shell = Shells.in(workspace);
    assertThat(shell.run("printf '%s|' 'æ 漢 🦀' \"$(echo \\\"q\\\")\" 'a\\nb'").text())
        .startsWith("æ 漢 🦀|\"q\"|a\\nb|");
    assertThat(shell.run("cat <<'X'\n$HOME `id`\nX").text()).startsWith("$HOME `id`\n");
    assertThat(shell.run("'").text()).contains("exit code");
  }

  @Test
  void commandsThatNoShellCanTakeAreRefused() {
    var shell = Shells.in(workspace);
    assertThat(shell.run(" \n").isRefused().text()).contains("empty");
    assertThat(shell.run("echo a\0b").isRefused().text()).contains("NUL");
    assertThat(shell.run("#".repeat(1 << 20)).isRefused().text()).contains("1,048,576");
    assertThat(shell.run("#".repeat(99_999)).isFine().text()).isEqualTo("[exit code 0]");
    assertThat(shell.run("true", 0).isRefused().text()).contains("from 1 to 120, not 0");
    assertThat(shell.run("true", 121).isRefused().text()).contains("not 121");
  }

  @Test
  void theApisOwnToolRunsOverTheSameSandbox() {
    Shells.assumeBubblewrap();
    var tool = Shell.sandboxed(workspace).bash();
    var calls = Calls.of(tool);
    assertThat(Toolbox.of(tool).definitions().getFirst().text())
        .isEqualTo("{\"type\":\"bash_20250124\",\"name\":\"bash\"}");
    assertThat(calls.call("bash", "command", "echo hi").text()).isEqualTo("hi\n[exit code 0]");
    assertThat(calls.call("bash", "command", "cd /tmp && pwd").text())
        .endsWith("[the next command starts in the workspace again, in a fresh shell]");
    assertThat(calls.call("bash", "restart", true).isFine().text()).contains("nothing to restart");
    assertThat(calls.call("bash").isRefused().text()).contains("give a command");
  }

  @Test
  void aWorkspaceIsADirectoryOfItsOwn() throws IOException {
    var file = Files.createFile(workspace.resolve("file"));
    for (var wrong : new Path[] {Path.of("/"), Path.of("/usr"), Path.of("/tmp"), file}) {
      assertThatThrownBy(() -> Shell.sandboxed(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("workspace");
    }
    assertThatThrownBy(() -> Shell.sandboxed(workspace.resolve("none")))
        .hasMessageContaining("must be an existing directory");
  }
}
