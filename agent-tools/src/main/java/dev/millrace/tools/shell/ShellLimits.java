package dev.millrace.tools.shell;

import java.time.Duration;

/**
 * What one command may take.
 *
 * @param commandTime how long it may run, at most an hour; the model may ask for less
 * @param cpuTime how long each of its processes may compute, in whole seconds
 * @param processes how many processes it may have at the same time
 * @param memoryBytes how much private memory its processes may have together; looked at about 20
 *     times a second
 * @param addressSpaceBytes how much address space each of its processes may have, a limit of the
 *     kernel; many programs reserve far more than they use
 * @param fileBytes how large a file may become that it writes
 * @param temporaryBytes how much each of /tmp, /dev/shm and the home directory holds, all in memory
 * @param outputCharacters most characters of its output that the model is told, of head and tail
 */
public record ShellLimits(
    Duration commandTime,
    Duration cpuTime,
    int processes,
    long memoryBytes,
    long addressSpaceBytes,
    long fileBytes,
    long temporaryBytes,
    int outputCharacters) {
  private static final Duration MAX_TIME = Duration.ofHours(1);
  private static final long MIN_BYTES = 1 << 20;

  /**
   * 2 minutes, 2 minutes of computing, 256 processes, 2 GiB of memory, 32 GiB of address space, 1
   * GiB a file, 256 MiB of temporary files, 30,000 characters.
   */
  public static final ShellLimits DEFAULT =
      new ShellLimits(
          Duration.ofMinutes(2),
          Duration.ofMinutes(2),
          256,
          2L << 30,
          32L << 30,
          1L << 30,
          256L << 20,
          30_000);

  public ShellLimits {
    atLeastOneSecond("commandTime", commandTime);
    if (commandTime.compareTo(MAX_TIME) > 0) {
      throw new IllegalArgumentException("commandTime must be 1 h or less, not " + commandTime);
    }
    atLeastOneSecond("cpuTime", cpuTime);
    atLeast("processes", processes, 8);
    atLeast("memoryBytes", memoryBytes, 16 * MIN_BYTES);
    atLeast("addressSpaceBytes", addressSpaceBytes, 64 * MIN_BYTES);
    atLeast("fileBytes", fileBytes, MIN_BYTES);
    atLeast("temporaryBytes", temporaryBytes, MIN_BYTES);
    atLeast("outputCharacters", outputCharacters, 200);
  }

  private static void atLeastOneSecond(String name, Duration time) {
    if (time.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(name + " must be 1 s or more, not " + time);
    }
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be " + least + " or more, not " + value);
    }
  }

  /** The same with another time for a command. */
  public ShellLimits commandTime(Duration commandTime) {
    return new ShellLimits(
        commandTime,
        cpuTime,
        processes,
        memoryBytes,
        addressSpaceBytes,
        fileBytes,
        temporaryBytes,
        outputCharacters);
  }

  /** The same with another time of computing. */
  public ShellLimits cpuTime(Duration cpuTime) {
    return new ShellLimits(
        commandTime,
        cpuTime,
        processes,
        memoryBytes,
        addressSpaceBytes,
        fileBytes,
        temporaryBytes,
        outputCharacters);
  }

  /** The same with another number of processes. */
  public ShellLimits processes(int processes) {
    return new ShellLimits(
        commandTime,
        cpuTime,
        processes,
        memoryBytes,
        addressSpaceBytes,
        fileBytes,
        temporaryBytes,
        outputCharacters);
  }

  /** The same with other memory: of all processes together, and of the space of each. */
  public ShellLimits memory(long memoryBytes, long addressSpaceBytes) {
    return new ShellLimits(
        commandTime,
        cpuTime,
        processes,
        memoryBytes,
        addressSpaceBytes,
        fileBytes,
        temporaryBytes,
        outputCharacters);
  }

  /** The same with other sizes of a file, and of each place for temporary files. */
  public ShellLimits files(long fileBytes, long temporaryBytes) {
    return new ShellLimits(
        commandTime,
        cpuTime,
        processes,
        memoryBytes,
        addressSpaceBytes,
        fileBytes,
        temporaryBytes,
        outputCharacters);
  }

  /** The same with another length of output. */
  public ShellLimits outputCharacters(int outputCharacters) {
    return new ShellLimits(
        commandTime,
        cpuTime,
        processes,
        memoryBytes,
        addressSpaceBytes,
        fileBytes,
        temporaryBytes,
        outputCharacters);
  }
}
