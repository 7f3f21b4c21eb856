package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Listens for a secret in all that is logged meanwhile, and finds it in what is thrown. */
public final class CanaryWatch implements AutoCloseable {
  private final String secret;
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.millrace");
  private final AppenderBase<ILoggingEvent> spy =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          var thrown = event.getThrowableProxy();
          look(
              "the log of " + event.getLoggerName(),
              event.getFormattedMessage()
                  + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown)));
        }
      };

  public CanaryWatch(String secret) {
    this.secret = secret;
    spy.start();
    logger.addAppender(spy);
  }

  /** Remembers when the secret is in a text. */
  public void look(String where, String text) {
    if (text.contains(secret)) {
      leaks.add(where + ": " + text);
    }
  }

  /** Looks through a throwable, its causes and what it suppressed, messages and traces. */
  public void look(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    look("an exception", text.toString());
  }

  public List<String> leaks() {
    return List.copyOf(leaks);
  }

  @Override
  public void close() {
    logger.detachAppender(spy);
    spy.stop();
    assertThat(leaks()).as("places where the secret was seen").isEmpty();
  }
}
