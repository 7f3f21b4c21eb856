package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessagesServerExtensionTest {
  @RegisterExtension
  final MessagesServerExtension api = new MessagesServerExtension(Script.of(Reply.says("Hello")));

  private final CompletableFuture<MessagesServer> running = new CompletableFuture<>();

  @Test
  void playsItsScriptForATest(MessagesServer server) throws Exception {
    assertThat(Asking.post(server, Wire.ASK).body()).contains("Hello");
  }

  @Test
  void playsItFromTheStartForAnother(MessagesServer server) throws Exception {
    assertThat(Asking.post(server, Wire.ASK).body()).contains("Hello");
  }

  @Test
  void asksNothingOfATestWithoutAServer() {
    assertThat(api).isNotNull();
  }

  @Test
  void failsATestThatDidNotPlayItsScript() {
    var test = testWithServer(Optional.empty());
    assertThatThrownBy(() -> api.afterEach(test)).hasMessageContaining("never asked for: step 1");
    assertThatThrownBy(() -> Asking.post(running.join(), Wire.ASK)).isInstanceOf(IOException.class);
  }

  @Test
  void onlyClosesAfterATestThatHasFailed() {
    var test = testWithServer(Optional.of(new AssertionError("the test's own")));
    assertThatCode(() -> api.afterEach(test)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Asking.post(running.join(), Wire.ASK)).isInstanceOf(IOException.class);
  }

  /** A test, as JUnit shows it to extensions, that has been given a server and then ended. */
  private ExtensionContext testWithServer(Optional<Throwable> failure) {
    var store =
        answering(
            ExtensionContext.Store.class,
            method -> method.equals("remove") ? running.join() : null);
    running.complete(MessagesServer.start(Script.of(Reply.says("Hello"))));
    return answering(ExtensionContext.class, method -> method.equals("getStore") ? store : failure);
  }

  private static <T> T answering(Class<T> type, Function<String, @Nullable Object> answer) {
    InvocationHandler handler = (proxy, method, arguments) -> answer.apply(method.getName());
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
