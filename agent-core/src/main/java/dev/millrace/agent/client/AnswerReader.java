package dev.millrace.agent.client;

import dev.millrace.agent.stream.SseParser;
import dev.millrace.agent.stream.StreamEvent;
import dev.millrace.agent.stream.StreamEvents;
import dev.millrace.agent.stream.StreamException;
import dev.millrace.agent.stream.StreamLimitException;
import java.io.IOException;

/** The way of a byte: from the socket to the listener, on one thread. */
final class AnswerReader {
  private final ClientSettings settings;
  private final StreamListener listener;
  private boolean handedOver;

  AnswerReader(ClientSettings settings, StreamListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /** Whether the listener has seen anything but pings, which must be void before another try. */
  boolean hasHandedOver() {
    return handedOver;
  }

  /** Reads an answer up to its {@code message_stop}. */
  void read(Exchange answer, Watch watch, Failures failures) {
    var progress = new Progress(answer.requestId());
    try {
      var bytes = new Answers(settings, failures).eventStream(answer);
      var parser = new SseParser(bytes);
      var events = new StreamEvents();
      while (parser.next()) {
        var event = events.read(parser);
        progress.seen(event.type());
        if (event instanceof StreamEvent.Error error) {
          throw failures.errorEvent(error, answer.requestId());
        }
        handOver(event, watch, failures, progress);
        if (event instanceof StreamEvent.MessageStop) {
          return;
        }
      }
      throw failures.incomplete(progress, "the server ended it");
    } catch (IOException e) {
      throw failures.broken(e, watch, progress);
    } catch (IncompleteStreamException | StreamLimitException e) {
      throw e;
    } catch (StreamException e) {
      throw failures.protocol(e, progress.requestId());
    }
  }

  private void handOver(StreamEvent event, Watch watch, Failures failures, Progress progress) {
    var stop = watch.stop();
    if (stop.isPresent()) {
      throw failures.stopped(stop.get(), progress.requestId(), null);
    }
    if (!(event instanceof StreamEvent.Ping)) {
      handedOver = true;
      if (!(event instanceof StreamEvent.Unknown)) {
        watch.progressed();
      }
    }
    listener.on(event);
  }
}
