package dev.millrace.agent.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A disk that tells before and after each of its operations, and halfway through each write, so
 * that something may go wrong there.
 */
class WatchedDisk extends Disk {
  private final List<String> operations = new CopyOnWriteArrayList<>();

  enum When {
    BEFORE,
    HALFWAY,
    AFTER
  }

  /**
   * A point in the life of a disk.
   *
   * @param operation its number, from 1
   */
  record Moment(int operation, When when) {
    static final Moment NEVER = new Moment(0, When.BEFORE);

    @Override
    public String toString() {
      return when + " " + operation;
    }

    static Moment parse(String text) {
      var words = text.split(" ");
      return new Moment(Integer.parseInt(words[1]), When.valueOf(words[0]));
    }
  }

  /** What was asked of it so far, such as {@code sync} or {@code write <what>}. */
  List<String> operations() {
    return operations;
  }

  /** A moment has come. */
  void reached(Moment moment) throws IOException {}

  private int begin(String operation) throws IOException {
    operations.add(operation);
    int number = operations.size();
    reached(new Moment(number, When.BEFORE));
    return number;
  }

  private void end(int number) throws IOException {
    reached(new Moment(number, When.AFTER));
  }

  @Override
  FileChannel open(Path folder, String name) throws IOException {
    int number = begin("open " + name);
    var channel = super.open(folder, name);
    end(number);
    return channel;
  }

  @Override
  void createFolder(Path folder) throws IOException {
    int number = begin("createFolder");
    super.createFolder(folder);
    end(number);
  }

  @Override
  void syncFolder(Path folder) throws IOException {
    int number = begin("syncFolder");
    super.syncFolder(folder);
    end(number);
  }

  @Override
  void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    int number = begin("write " + StandardCharsets.UTF_8.decode(bytes.duplicate()));
    super.write(channel, bytes.slice(0, bytes.remaining() / 2), position);
    reached(new Moment(number, When.HALFWAY));
    super.write(channel, bytes, position);
    end(number);
  }

  @Override
  void sync(FileChannel channel) throws IOException {
    int number = begin("sync");
    super.sync(channel);
    end(number);
  }

  @Override
  void cut(FileChannel channel, long size) throws IOException {
    int number = begin("cut");
    super.cut(channel, size);
    end(number);
  }
}
