package dev.millrace.testkit.leaks;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processes under this one. */
final class Children implements Kind {
  private final Set<Long> before = now().map(ProcessHandle::pid).collect(Collectors.toSet());

  @Override
  public List<String> left() {
    return now()
        .filter(child -> !before.contains(child.pid()))
        .map(child -> "- child process %d: %s".formatted(child.pid(), command(child)))
        .toList();
  }

  private static Stream<ProcessHandle> now() {
    return ProcessHandle.current().descendants();
  }

  private static String command(ProcessHandle child) {
    var info = child.info();
    return info.commandLine().or(info::command).orElse("(its command cannot be read)");
  }
}
