package dev.millrace.agent.session;

import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A disk that is fast because nothing on it would outlive a power loss. */
final class UnsyncedDisk extends Disk {
  @Override
  void sync(FileChannel channel) {}

  @Override
  void syncFolder(Path folder) {}
}
