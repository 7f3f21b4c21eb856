package dev.millrace.tools.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a sandbox is asked about itself from inside, and the answers that it must give. */
record Probes(List<Probe> probes) {
  /**
   * One control.
   *
   * @param name of the answer
   * @param holds whether the answer is the right one
   * @param broken what is wrong otherwise
   */
  record Probe(String name, Predicate<String> holds, String broken) {}

  private static final List<String> NAMESPACES = List.of("user", "pid", "net", "mnt", "ipc", "uts");
  private static final Pattern VARIABLES =
      Pattern.compile("((HOME|LANG|PATH|PWD|OLDPWD|SHLVL|_) )*");
  private static final int MOST_PROCESSES = 20;

  /**
   * Prints a line "name=value" for each control. The arguments: a directory outside, a port, how
   * many more processes to try to have.
   */
  @SuppressWarnings("InlineFormatString")
  private static final String SCRIPT =
      """
      outside='%s'; port=%d
      say() { printf '%%s=%%s\\n' "$1" "$2"; }
      limit() { sed -n "s/^Max $1  *\\([^ ]*\\).*/\\1/p" /proc/self/limits; }
      say read "$(cat "$outside/secret")"
      say write "$(touch "$outside/written" && echo yes)"
      say system "$(for place in / /usr /dev /run; do [ -w $place ] && echo $place; done)"
      say connect "$(bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" && echo yes)"
      say interfaces "$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' \\n')"
      say processes "$(ls -d /proc/[0-9]* | wc -l)"
      say variables "$(env | cut -d= -f1 | tr '\\n' ' ')"
      say inherited "$(tr '\\0' '\\n' 2>&1 </proc/1/environ | cut -d= -f1 | tr '\\n' ' ')"
      say capabilities "$(sed -n 's/^CapEff:[^0-9a-f]*//p' /proc/self/status)"
      say privileges "$(sed -n 's/^NoNewPrivs:[^0-9]*//p' /proc/self/status)"
      say nested "$(unshare -U echo yes)"
      say limits "$(limit 'cpu time') $(limit 'file size') $(limit processes) $(limit 'address space')"
      say renamed "$(mv trusted elsewhere && mkdir -p trusted/hooks && echo yes)"
      say replaced "$(rmdir settings && echo yes)"
      say planted "$( (echo bad >trusted/hooks/planted; echo bad >settings/planted) && echo yes)"
      sleep 0.5 & moment=$!
      seq %d | xargs -P 1000 -n 1 sh -c 'exec sleep 5' >/dev/null 2>&1 & crowd=$!
      wait $moment
      set -- /proc/[0-9]*
      say crowd $#
      kill $crowd
      for kind in user pid net mnt ipc uts; do say $kind "$(readlink /proc/self/ns/$kind)"; done
      """;

  /** All of them, for a sandbox with these limits. */
  static Probes of(ShellLimits limits) throws IOException {
    var namespaces =
        NAMESPACES.stream().map(kind -> differs(kind, "the " + kind + " namespace is the host's"));
    return new Probes(Stream.concat(controls(limits), namespaces).toList());
  }

  private static Stream<Probe> controls(ShellLimits limits) {
    var numbers =
        "%d %d %d %d"
            .formatted(
                limits.cpuTime().toSeconds(),
                limits.fileBytes(),
                limits.processes(),
                limits.addressSpaceBytes());
    return Stream.of(
        is("read", "", "a file outside the workspace can be read"),
        is("write", "", "a file can be written outside the workspace"),
        is("system", "", "directories of the system can be written"),
        is("connect", "", "a server of the host can be reached"),
        is("interfaces", "lo", "the network of the host is there"),
        new Probe(
            "processes",
            number -> isAtMost(number, MOST_PROCESSES),
            "processes of the host are seen"),
        new Probe("variables", VARIABLES.asMatchPredicate(), "our environment is seen"),
        is("inherited", "", "the environment of process 1 is seen"),
        is("capabilities", "0000000000000000", "commands have capabilities"),
        is("privileges", "1", "commands can gain privileges"),
        is("nested", "", "commands can make user namespaces"),
        is("limits", numbers, "the limits of time, files, processes and memory are not set"),
        new Probe(
            "crowd",
            number -> isAtMost(number, limits.processes() + Watch.OTHERS),
            "commands can have more processes than their limit"),
        is("renamed", "", "a directory above a protected path can be renamed"),
        is("replaced", "", "a protected path can be replaced"),
        is("planted", "", "a protected path can be written"));
  }

  private static Probe is(String name, String right, String broken) {
    return new Probe(name, right::equals, broken);
  }

  private static boolean isAtMost(String number, int most) {
    return number.matches("\\d{1,6}") && Integer.parseInt(number) <= most;
  }

  private static Probe differs(String kind, String broken) {
    return new Probe(kind, inside -> inside.startsWith(kind) && !inside.equals(ours(kind)), broken);
  }

  private static String ours(String kind) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
    } catch (IOException e) {
      throw new IllegalStateException(
          "no sandbox: /proc/self/ns/" + kind + " cannot be read; mount /proc", e);
    }
  }

  static String script(Path outside, int port, int crowd) {
    return SCRIPT.formatted(outside, port, crowd);
  }

  /** The first control that does not hold, from what the script has printed. */
  Optional<String> broken(String printed) {
    Map<String, String> answers =
        printed
            .lines()
            .filter(line -> line.contains("="))
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> first));
    return probes.stream()
        .filter(probe -> !probe.holds().test(answers.getOrDefault(probe.name(), "no answer")))
        .map(probe -> probe.broken() + " (" + probe.name() + "=" + answers.get(probe.name()) + ")")
        .findFirst();
  }
}
