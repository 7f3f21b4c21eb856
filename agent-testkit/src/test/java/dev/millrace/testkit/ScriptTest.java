package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScriptTest {
  private static final String SECOND_TURN =
      """
      {"model":"claude-opus-5-5","max_tokens":100,"stream":true,"messages":[
        {"role":"user","content":"Weather in Oslo?"},
        {"role":"assistant","content":[
          {"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Oslo"}},
          {"type":"tool_use","id":"toolu_2","name":"now","input":{}}]},
        {"role":"user","content":[
          {"type":"tool_result","tool_use_id":"toolu_2","content":"12:00"},
          {"type":"tool_result","tool_use_id":"toolu_1","is_error":true,
           "content":[{"type":"text","text":"rain"},{"type":"text","text":"wind"}]}]}]}\
      """;

  @Test
  void playsItsStepsInOrderAndVerifies() throws Exception {
    var script =
        Script.of(Reply.calls("get_weather", "{\"city\":\"Oslo\"}"))
            .expectToolResult("get_weather", result -> result.text().contains("rain"))
            .expectToolResult("toolu_2", result -> result.text().equals("12:00"))
            .thenAnswer(r -> Reply.says("It is " + r.toolResult("now").orElseThrow().text()));
    try (var server = MessagesServer.start(script)) {
      assertThat(Asking.post(server, Wire.ASK).body()).contains("input_json_delta");
      assertThat(Asking.post(server, SECOND_TURN).body()).contains("It is 12:00");
      server.verify();
    }
  }

  @Test
  void readsTheConversationInARequest() throws Exception {
    try (var server = MessagesServer.start(r -> Reply.says("ok"))) {
      Asking.post(server, SECOND_TURN);
      var request = server.requests().getFirst();
      assertThat(request.turn()).isEqualTo(2);
      assertThat(request.model()).isEqualTo("claude-opus-5-5");
      assertThat(request.streaming()).isTrue();
      assertThat(request.lastUserText()).isEqualTo("Weather in Oslo?");
      assertThat(request.header("X-API-KEY")).hasValue("test");
      assertThat(request.toString()).doesNotContain("test").contains("turn 2");
      assertThat(request.toolResults())
          .extracting(
              RecordedRequest.ToolResult::toolUseId,
              RecordedRequest.ToolResult::toolName,
              RecordedRequest.ToolResult::text,
              RecordedRequest.ToolResult::isError)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("toolu_2", "now", "12:00", false),
              org.assertj.core.groups.Tuple.tuple("toolu_1", "get_weather", "rain\nwind", true));
    }
  }

  @Test
  void refusesARequestPastItsEndAndFailsToVerify() throws Exception {
    try (var server = MessagesServer.start(Script.of(Reply.says("ok")))) {
      Asking.post(server, Wire.ASK);
      var response = Asking.post(server, Wire.ASK);
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
      assertThat(response.body()).contains("the script has no more than 1 steps", "'hi'");
      assertThatThrownBy(server::verify)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("request #2 POST /v1/messages (turn 1")
          .hasMessageContaining("no more than 1 steps");
    }
  }

  @Test
  void saysWhatItExpectedAndWhatCame() throws Exception {
    try (var server =
        MessagesServer.start(Script.of().expectUserText("Oslo").then(Reply.says("ok")))) {
      assertThat(Asking.post(server, Wire.ASK).statusCode()).isEqualTo(500);
      assertThatThrownBy(server::verify)
          .hasMessageContaining("step 1 expects a request that has 'Oslo' in its last user text")
          .hasMessageContaining("'hi'");
    }
  }

  @Test
  void listsTheStepsThatNobodyAskedFor() {
    try (var server =
        MessagesServer.start(
            Script.of(Reply.says("a")).expectUserText("b").then(Reply.says("b")))) {
      assertThatThrownBy(server::verify)
          .hasMessage(
              "never asked for: step 1 of 2, a request\n"
                  + "never asked for: step 2 of 2, a request that has 'b' in its last user text");
    }
  }

  @Test
  void reportsAResponderThatThrows() throws Exception {
    try (var server =
        MessagesServer.start(request -> {
          throw new IllegalStateException("broken");
        })) {
      assertThat(Asking.post(server, Wire.ASK).statusCode()).isEqualTo(500);
      assertThatThrownBy(server::verify)
          .hasMessageContaining("broken")
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }
  }

  @Test
  void refusesToStartWithAnExpectationThatHasNoReply() {
    var script = Script.of().expectUserText("Oslo");
    assertThatThrownBy(() -> MessagesServer.start(script)).hasMessageContaining("add then(...)");
  }
}
