package dev.millrace.agent.session;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.session.SessionException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;

/** A journal in a file, locked as long as it is open. */
final class FileJournal implements Journal {
  /** Twice what a request may have. */
  static final int MOST_LINE_BYTES = 64 << 20;

  private final String id;
  private final Path folder;
  private final Path file;
  private final SessionLock lock;
  private final Disk disk;
  private final FileChannel channel;
  private final OwnThread thread;
  private long size;
  private long number;
  private long fence;
  private boolean isTakenBack = true;

  FileJournal(String id, Path folder, String name, SessionLock lock, Disk disk) throws IOException {
    this.id = id;
    this.folder = folder;
    this.file = folder.resolve(name);
    this.lock = lock;
    this.disk = disk;
    this.channel = disk.open(folder, name);
    this.thread = new OwnThread(id);
  }

  @Override
  public void replay(Reader reader) {
    thread.call(
        "reading " + file,
        () -> {
          var read = new FrameReader(id, reader).read(channel);
          size = read.end();
          number = read.number();
          fence = read.fence() + 1;
          if (read.isTorn()) {
            endTornLine();
          }
          write(opened());
          disk.syncFolder(folder);
          return true;
        });
  }

  /** It stays: a call that may have begun by it is in doubt for whoever opens the session next. */
  private void endTornLine() throws IOException {
    disk.write(channel, ByteBuffer.wrap(new byte[] {'\n'}), size);
    size++;
  }

  /** Tells later readers who wrote what follows, and that nobody before may write any more. */
  private String opened() {
    var members = new LinkedHashMap<String, RawJson>();
    members.put("type", RawJson.ofString("open"));
    members.put("session", RawJson.ofString(id));
    members.put("pid", RawJson.parse(Long.toString(ProcessHandle.current().pid())));
    members.put("at", RawJson.ofString(Instant.now().toString()));
    return RawJson.object(members).text();
  }

  @Override
  public void append(String record) {
    thread.call(
        "writing a record to " + file,
        () -> {
          write(record);
          return true;
        });
  }

  private void write(String record) throws IOException {
    var line = new Frame(Frame.VERSION, number + 1, fence, record).line();
    if (line.length > MOST_LINE_BYTES) {
      throw new SessionException(
          Problem.TOO_LARGE,
          "session %s: a record of %d bytes is larger than the %d that are kept"
              .formatted(id, line.length, MOST_LINE_BYTES),
          null);
    }
    if (!isTakenBack) {
      takeBack();
    }
    if (channel.size() != size) {
      throw new SessionException(
          Problem.LOST,
          "session %s: somebody else has written to %s; open it again".formatted(id, file),
          null);
    }
    try {
      disk.write(channel, ByteBuffer.wrap(line), size);
      disk.sync(channel);
    } catch (IOException e) {
      isTakenBack = false;
      tryToTakeBack(e);
      throw e;
    }
    size += line.length;
    number++;
  }

  /** A disk that is full has taken a part of the line; what stood before it must stay readable. */
  private void takeBack() throws IOException {
    disk.cut(channel, size);
    isTakenBack = true;
  }

  private void tryToTakeBack(IOException failure) {
    try {
      takeBack();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    thread.call(
        "closing " + file,
        () -> {
          try (lock) {
            channel.close();
          }
          return true;
        });
  }
}
