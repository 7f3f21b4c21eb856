package dev.millrace.tools.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * A regular file, open for reading.
 *
 * @param size in bytes, when it was opened
 */
record OpenFile(SeekableByteChannel channel, long size) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
