package dev.millrace.tools.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A channel that knows the version of what was read from it. For one thread. */
final class VersionedChannel implements ReadableByteChannel {
  private final ReadableByteChannel channel;
  private final Version version = new Version();

  VersionedChannel(ReadableByteChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int start = into.position();
    int count = channel.read(into);
    version.add(into.duplicate().position(start).limit(into.position()));
    return count;
  }

  /** The version of all that was read; asked once, at the end. */
  String version() {
    return version.end();
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
