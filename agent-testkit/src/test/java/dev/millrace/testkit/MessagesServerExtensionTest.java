package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessagesServerExtensionTest {
  @RegisterExtension
  final MessagesServerExtension api = new MessagesServerExtension(Script.of(Reply.says("Hello")));

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
}
