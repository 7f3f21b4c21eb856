package dev.millrace.tools.shell;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * What a command has printed: bytes become text that is safe to show, which is told to whoever
 * watches and kept as head and tail. What comes before the {@link #MARK} was printed by those who
 * start the command, and is kept apart. One thread.
 */
final class Printed {
  /** Printed right before the command begins; nobody but our own script prints it before that. */
  static final char MARK = '\1';

  private static final int CHUNK = 64 * 1024;
  private static final int MAX_PREAMBLE = 2_000;

  private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
  private final CharBuffer characters = CharBuffer.allocate(CHUNK + 1);
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final StringBuilder preamble = new StringBuilder();
  private final HeadAndTail kept;
  private final ProgressTicker progress;
  private boolean begun;

  Printed(int characters, Consumer<String> progress) {
    this.kept = new HeadAndTail(characters);
    this.progress = new ProgressTicker(progress);
  }

  /** Where the next bytes go, and how many may come at once: the room is never empty. */
  ByteBuffer room() {
    return bytes;
  }

  /** Takes the bytes that were put into the {@link #room}. */
  void take() {
    bytes.flip();
    decoder.decode(bytes, characters, false);
    bytes.compact();
    show();
  }

  /** Takes the rest: half a character at the end is shown as one that is broken. */
  void end() {
    bytes.flip();
    decoder.decode(bytes, characters, true);
    bytes.clear();
    decoder.flush(characters);
    show();
    progress.end();
  }

  /** Tells whoever watches what waits, when its time has come. */
  void tick() {
    progress.tick();
  }

  private void show() {
    characters.flip();
    if (!begun) {
      takePreamble();
    }
    if (begun && characters.hasRemaining()) {
      var text = Shown.plain(characters);
      kept.add(text);
      progress.add(text);
    }
    characters.clear();
  }

  private void takePreamble() {
    while (characters.hasRemaining() && !begun) {
      char next = characters.get();
      begun = next == MARK;
      if (!begun && preamble.length() < MAX_PREAMBLE) {
        preamble.append(next);
      }
    }
  }

  /** Whether the command itself has begun. */
  boolean hasBegun() {
    return begun;
  }

  /** What was printed before the command began, safe to show. */
  String preamble() {
    return Shown.plain(preamble.toString().strip());
  }

  /** What the command has printed, without line ends at the end. */
  String text() {
    return kept.text().stripTrailing();
  }
}
