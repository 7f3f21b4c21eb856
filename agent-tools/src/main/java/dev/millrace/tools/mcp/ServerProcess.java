package dev.millrace.tools.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A child process with an environment of its own, and all that it has started. Thread-safe. */
record ServerProcess(Process process) {
  private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG");
  private static final long POLITE_MILLIS = 2_000;
  private static final long FIRM_MILLIS = 1_000;

  /**
   * Starts it.
   *
   * @throws IOException when there is no such program or directory
   */
  static ServerProcess start(McpCommand command) throws IOException {
    var builder = new ProcessBuilder(command.words());
    command.directory().ifPresent(directory -> builder.directory(directory.toFile()));
    var environment = builder.environment();
    environment.clear();
    environment.putAll(inherited());
    environment.putAll(command.environment());
    return new ServerProcess(builder.start());
  }

  private static Map<String, String> inherited() {
    var all = System.getenv();
    var some = new TreeMap<String, String>();
    INHERITED.stream().filter(all::containsKey).forEach(name -> some.put(name, all.get(name)));
    return some;
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  InputStream output() {
    return process.getInputStream();
  }

  InputStream errors() {
    return process.getErrorStream();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** Empty while it runs. */
  OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Waits, but not for ever; an interrupt ends the wait and stays set. */
  void awaitExit(long millis) {
    await(Set.of(process.toHandle()), millis);
  }

  /**
   * Ends it and all that it started: once its input was closed it is given time to go by itself,
   * then it is asked to, then made to. A process that broke away from it before cannot be found.
   */
  void end() {
    var tree = new LinkedHashSet<ProcessHandle>();
    tree.add(process.toHandle());
    addDescendants(tree);
    awaitExit(POLITE_MILLIS);
    addDescendants(tree);
    tree.forEach(ProcessHandle::destroy);
    await(tree, FIRM_MILLIS);
    addDescendants(tree);
    tree.forEach(ProcessHandle::destroyForcibly);
    await(tree, FIRM_MILLIS);
  }

  private static void addDescendants(Set<ProcessHandle> tree) {
    for (var known : List.copyOf(tree)) {
      known.descendants().forEach(tree::add);
    }
  }

  private static void await(Set<ProcessHandle> tree, long millis) {
    var ends = tree.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // It still runs, which whoever waits sees.
    }
  }
}
