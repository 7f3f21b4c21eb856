package dev.millrace.tools.mcp;

import dev.millrace.agent.message.RawJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines over a child's standard input and output. Three threads each read or write one pipe, since
 * no pipe may keep another waiting; callers never touch one. The server is gone when its output
 * ends or, should a grandchild hold that open, soon after the child has.
 */
final class StdioTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(StdioTransport.class);
  private static final int MAX_STDERR_LINE = 64 * 1024;
  private static final int MAX_NOISE = 1_000;
  private static final long MAX_QUEUED_BYTES = 64L << 20;
  private static final long LAST_WORDS_MILLIS = 500;
  private static final byte[] END = {};

  private final String server;
  private final McpCommand command;
  private final int maxBytes;
  private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final LastLines lastLines = new LastLines();
  private volatile @Nullable ServerProcess process;

  StdioTransport(String server, McpCommand command, McpLimits limits) {
    this.server = server;
    this.command = command;
    this.maxBytes = limits.messageBytes();
  }

  @Override
  public void start(Peer peer) throws IOException {
    var process = ServerProcess.start(command);
    this.process = process;
    start("input", () -> write(process));
    start("errors", () -> drain(process));
    start("output", () -> read(process, peer));
    var unused =
        process
            .onExit()
            .thenRunAsync(
                () -> peer.gone(end(process)),
                CompletableFuture.delayedExecutor(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS));
  }

  private void start(String pipe, Runnable work) {
    Thread.ofPlatform().daemon().name("mcp " + server + " " + pipe).start(work);
  }

  private void read(ServerProcess process, Peer peer) {
    try {
      readLines(new LineReader(process.output(), maxBytes), peer);
    } catch (IOException e) {
      LOG.debug("MCP server {}: its output broke off", server, e);
    } finally {
      process.awaitExit(LAST_WORDS_MILLIS);
      peer.gone(end(process));
    }
  }

  /** Reads to the end, and past what is no message, but not past too much of that. */
  private void readLines(LineReader lines, Peer peer) throws IOException {
    int noise = 0;
    while (noise <= MAX_NOISE) {
      try {
        var line = lines.next();
        if (line == null) {
          return;
        }
        if (!line.isBlank() && !peer.received(line)) {
          noise++;
        }
      } catch (LineReader.TooLongException e) {
        noise++;
        peer.failedAll(new Fault(e.getMessage() + ", which may have been the answer.", e));
      }
    }
    lastLines.add("(more than " + MAX_NOISE + " lines of its output were no messages)");
  }

  private Fault end(ServerProcess process) {
    var code = process.exitCode();
    var how = code.isPresent() ? "ended (exit code " + code.getAsInt() + ")" : "stopped talking";
    var cause = new IOException(lastLines.toString());
    return new Fault(how + "; none of its tools can be called any more.", cause);
  }

  private void drain(ServerProcess process) {
    var lines = new LineReader(process.errors(), MAX_STDERR_LINE);
    try {
      while (true) {
        try {
          var line = lines.next();
          if (line == null) {
            return;
          }
          LOG.debug("MCP server {} stderr: {}", server, lastLines.add(line));
        } catch (LineReader.TooLongException e) {
          lastLines.add("(a line of more than " + MAX_STDERR_LINE + " bytes)");
        }
      }
    } catch (IOException e) {
      LOG.debug("MCP server {}: its standard error broke off", server, e);
    }
  }

  private void write(ServerProcess process) {
    try (OutputStream input = process.input()) {
      for (var line = queue.take(); line.length > 0; line = queue.take()) {
        input.write(line);
        input.flush();
        queuedBytes.addAndGet(-line.length);
      }
    } catch (IOException e) {
      LOG.debug("MCP server {} reads no more", server, e); // its output tells that it is gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Sent request(String id, RawJson message, boolean isRepeatable) throws IOException {
    tell(message);
    return () -> {};
  }

  @Override
  public void tell(RawJson message) throws IOException {
    var line = (message.text() + "\n").getBytes(StandardCharsets.UTF_8);
    if (queuedBytes.addAndGet(line.length) > MAX_QUEUED_BYTES) {
      queuedBytes.addAndGet(-line.length);
      throw new Fault("does not read what it is sent.", null).of(server);
    }
    queue.add(line);
  }

  @Override
  public void agreed(String protocolVersion) {}

  @Override
  public void close() {
    queue.add(END);
    var process = this.process;
    if (process != null) {
      process.end();
    }
  }
}
