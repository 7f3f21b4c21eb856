package dev.millrace.tools.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that try to get out of the workspace, to a network, to secrets and to the host. */
class SandboxAttacksTest {
  @TempDir Path directory;
  private Path workspace;
  private Path outside;
  private Shells shell;

  @BeforeEach
  void start() throws IOException {
    workspace = Files.createDirectory(directory.resolve("work"));
    outside = Files.createDirectory(directory.resolve("work-secret"));
    Files.writeString(outside.resolve("canary"), "CANARY");
    shell = Shells.in(workspace);
  }

  /** OUT stands for the path of a directory outside. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "true; cp OUT/canary . ; echo x > OUT/x",
        "true && cat OUT/canary && echo x > OUT/x",
        "false || cat OUT/canary; echo x | tee OUT/x",
        "cat OUT/canary & echo x > OUT/x",
        "cat OUT/canary\necho x > OUT/x",
        "echo $(cat OUT/canary) `echo x > OUT/x`",
        "cat <(cat OUT/canary) > >(tee OUT/x)",
        "cat${IFS}OUT/canary${IFS}>OUT/x",
        "bash <<X\ncat OUT/canary > OUT/x\nX",
        "env A=1 bash -c 'cat OUT/canary > OUT/x'",
        "echo OUT/canary | xargs cat; echo OUT/x | xargs touch",
        "find / -name canary -exec cat {} ';' -exec touch OUT/x ';'",
        "echo | sed 'e cat OUT/canary' ; echo x | sed 'w OUT/x'",
        "git -c core.pager='cat OUT/canary > OUT/x' -c alias.x='!cat OUT/canary; touch OUT/x' x",
        "touch f; tar cf /dev/null --checkpoint=1 --checkpoint-action=exec='touch OUT/x' f",
        "awk 'BEGIN { system(\"cat OUT/canary; touch OUT/x\") }'",
        "LD_PRELOAD=OUT/canary cat OUT/canary; touch OUT/x",
        "alias ls='cat OUT/canary'; f() { touch OUT/x; }; f; ls",
        "ln -s OUT link; cat link/canary; touch link/x",
        "cd ../work-secret && cat canary && touch x",
        "mkdir a; cd a; mv ../a /tmp/b; cat ../work-secret/canary; touch ../work-secret/x",
        "cat /proc/1/root/OUT/canary; cat /proc/*/cwd/../work-secret/canary; touch /proc/1/root/OUT/x",
        "mount --bind OUT /tmp; cat /tmp/canary; chroot / cat OUT/canary; touch OUT/x",
        "unshare -Urm cat OUT/canary; nsenter -t 1 -a cat OUT/canary; touch OUT/x",
        "mknod d b 254 0 && cat d; debugfs -R 'cat OUT/canary' /dev/vda; touch OUT/x",
        "python3 -c 'print(open(\"OUT/canary\").read()); open(\"OUT/x\", \"w\")'"
      })
  void noWayOfWritingACommandGetsOutOfTheWorkspace(String attack) throws IOException {
    var answer = shell.run(attack.replace("OUT", outside.toString()));
    assertThat(answer.text()).doesNotContain("CANARY");
    assertThat(outside.resolve("x")).doesNotExist();
    try (var files = Files.walk(workspace)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file).content().doesNotContain("CANARY");
      }
    }
  }

  @Test
  void theWorkspaceIsAllThatCanBeWritten() {
    var command =
        "for place in / /usr /etc /dev /run /proc /home /bin; do touch $place/x && echo OPEN; done";
    assertThat(shell.run(command).text()).doesNotContain("OPEN").contains("Read-only file system");
  }

  @Test
  void nothingOfOurEnvironmentIsSeen() {
    var command = "env; cat /proc/self/environ /proc/1/environ /proc/*/environ | tr '\\0' '\\n'";
    var seen = shell.run(command).isFine().text().lines().filter(line -> line.contains("="));
    assertThat(seen.map(line -> line.substring(0, line.indexOf('='))))
        .isNotEmpty()
        .isSubsetOf("PATH", "HOME", "LANG", "PWD", "OLDPWD", "SHLVL", "_");
  }

  @Test
  void processOneHasNoEnvironmentAtAll() {
    assertThat(shell.run("wc -c </proc/1/environ").isFine().text()).isEqualTo("0\n[exit code 0]");
  }

  @Test
  void noServerOfTheHostIsReached() throws IOException {
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var port = server.getLocalPort();
      var command =
          """
          (exec 3<>/dev/tcp/127.0.0.1/PORT) && echo OPEN
          (exec 3<>/dev/tcp/localhost/PORT) && echo OPEN
          (exec 3<>/dev/tcp/::1/PORT) && echo OPEN
          (exec 3<>/dev/udp/1.1.1.1/53 && echo x >&3) && echo OPEN
          curl -sm 2 http://127.0.0.1:PORT && echo OPEN
          getent hosts secret.example.com && echo OPEN
          ping -c 1 -W 1 1.1.1.1 && echo OPEN
          cat /proc/net/dev | tail -n +3 | grep -v lo: && echo OPEN
          """;
      assertThat(shell.run(command.replace("PORT", "" + port)).text()).doesNotContain("OPEN");
      server.setSoTimeout(1);
      assertThat(catchThrowable(server::accept)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void noUnixSocketOutsideIsReached() throws IOException {
    var socket = outside.resolve("docker.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      var command =
          """
          import glob, socket, sys
          for path in ["SOCKET", "/var/run/docker.sock", "\\0/tmp/.X11-unix/X0"] + glob.glob("/run/*"):
            try:
              socket.socket(socket.AF_UNIX).connect(path)
              print("OPEN", path)
            except OSError as e:
              print("closed", path.strip("\\0"), e.strerror)
          """;
      var text =
          shell
              .run("python3 - <<'X'\n" + command.replace("SOCKET", socket.toString()) + "X")
              .text();
      assertThat(text).doesNotContain("OPEN");
      server.configureBlocking(false);
      assertThat(server.accept()).isNull();
    }
  }

  @Test
  void noProcessOfTheHostIsSeenOrSignalled() {
    long ours = ProcessHandle.current().pid();
    var answer = shell.run("ls -d /proc/[0-9]* | wc -l; kill -9 " + ours + "; kill -9 -1; kill 1");
    assertThat(answer.text()).doesNotContain("java");
    assertThat(shell.run("ps ax | wc -l").isFine().text().lines().findFirst().orElseThrow())
        .satisfies(lines -> assertThat(Integer.parseInt(lines.strip())).isLessThan(10));
  }

  @Test
  void nobodyIsRootAndNobodyBecomesRoot() {
    var text = shell.run("id -u; sudo -n id; su -c id; grep CapEff /proc/self/status").text();
    assertThat(text)
        .startsWith("1000\n")
        .contains("CapEff:\t0000000000000000")
        .doesNotContain("=0(");
  }

  @Test
  void theTerminalOfTheHostGetsNoKeystrokes() {
    var command =
        """
        import fcntl, os, termios
        for path in ["/dev/tty", "/dev/console", "/proc/1/fd/0", "/proc/self/fd/0"]:
          try:
            fcntl.ioctl(os.open(path, os.O_RDWR), termios.TIOCSTI, b"x")
            print("OPEN")
          except OSError as e:
            print("closed", e.strerror)
        """;
    assertThat(shell.run("python3 - <<'X'\n" + command + "X").text()).doesNotContain("OPEN");
  }

  @Test
  void whatSettingsNameIsReadButNotWritten() {
    var open = Shells.in(workspace, ShellSettings.DEFAULT.reading(outside));
    var answer = open.run("cat " + outside + "/canary; touch " + outside + "/x");
    assertThat(answer.text()).contains("CANARY").contains("Read-only file system");
    assertThat(outside.resolve("x")).doesNotExist();
  }
}
