package dev.millrace.testkit;

import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives JUnit tests a {@link MessagesServer} as a parameter; after each test it is verified (unless
 * the test has failed already) and closed.
 *
 * <pre>{@code
 * @RegisterExtension
 * MessagesServerExtension api = new MessagesServerExtension(Script.of(Reply.says("Hello")));
 *
 * @Test
 * void greets(MessagesServer server) { ... }
 * }</pre>
 *
 * <p>The server starts when it is first asked for;
 * {@code @ExtendWith(MessagesServerExtension.class)} gives one that expects no request at all.
 * JUnit is an optional dependency.
 */
public final class MessagesServerExtension implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(MessagesServerExtension.class);

  private final Supplier<MessagesServer> start;

  /** Gives servers that expect no request. */
  public MessagesServerExtension() {
    this(Script.of());
  }

  /** Gives each test a server that plays this script from its start. */
  public MessagesServerExtension(Script script) {
    this(() -> MessagesServer.start(script));
  }

  /** Gives each test a server that is started like this. */
  public MessagesServerExtension(Supplier<MessagesServer> start) {
    this.start = start;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == MessagesServer.class;
  }

  @Override
  public MessagesServer resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getStore(SPACE).computeIfAbsent(this, key -> start.get(), MessagesServer.class);
  }

  @Override
  public void afterEach(ExtensionContext test) {
    var server = Optional.ofNullable(test.getStore(SPACE).remove(this, MessagesServer.class));
    try {
      if (test.getExecutionException().isEmpty()) {
        server.ifPresent(MessagesServer::verify);
      }
    } finally {
      server.ifPresent(MessagesServer::close);
    }
  }
}
