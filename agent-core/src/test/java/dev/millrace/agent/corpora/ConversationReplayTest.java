package dev.millrace.agent.corpora;

import static dev.millrace.agent.corpora.ConversationReplayTest.Difference.THEY_ADD_A_BLANK_TEXT;
import static dev.millrace.agent.corpora.ConversationReplayTest.Difference.THEY_DROP_THE_CALLER;
import static dev.millrace.agent.corpora.ConversationReplayTest.Difference.THEY_MARK_A_BLOCK_FOR_THE_CACHE;
import static dev.millrace.agent.corpora.ConversationReplayTest.Difference.THEY_SAY_NO_ERROR;
import static dev.millrace.agent.corpora.ConversationReplayTest.Difference.THEY_WRAP_A_RESULT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.message.ContentBlock;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Role;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolOutput;
import dev.millrace.testkit.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Recorded conversations, replayed turn by turn: what the model said then is served again, the
 * tools answer what they answered then, and our next request is compared with the recorded one.
 */
@EnabledIfSystemProperty(named = "corpora", matches = ".+")
class ConversationReplayTest {
  /** What may be different in the messages of our request and of theirs, and why. */
  enum Difference {
    /** The recorded client did not send {@code caller} back; we send back what came. */
    THEY_DROP_THE_CALLER,
    /** Our moving cache breakpoint is the request's; theirs stands in a block. */
    THEY_MARK_A_BLOCK_FOR_THE_CACHE,
    /** The recorded client puts a blank text before calls; nobody said it, and the API objects. */
    THEY_ADD_A_BLANK_TEXT,
    /** They send the texts of results as blocks; a lone text of ours is a plain string. */
    THEY_WRAP_A_RESULT,
    /** They say that a result is no error; by default it is none. */
    THEY_SAY_NO_ERROR
  }

  /** How many turns a conversation has, and what is different in them. */
  private record Replayed(int turns, Set<Difference> differences) {}

  private static final String RUBY =
      "crmne_ruby_llm__vcr_cassettes__chat_function_calling_anthropic_claude-haiku-4-5_can_use_tools_";
  private static final String LLM = "simonw_llm-anthropic__test_anthropic__test_";

  private static final Map<String, Replayed> CONVERSATIONS =
      Map.of(
          "anthropics_anthropic-sdk-go__cassettes__tool_runner_streaming_all",
          new Replayed(2, Set.of(THEY_WRAP_A_RESULT)),
          RUBY + "with_multi-turn_streaming_conversati",
          new Replayed(4, Set.of(THEY_DROP_THE_CALLER, THEY_WRAP_A_RESULT)),
          RUBY + "without_parameters_in_multi-turn_str",
          new Replayed(4, Set.of(THEY_DROP_THE_CALLER, THEY_WRAP_A_RESULT)),
          "docker_cagent__cassettes__TestExec_Anthropic_ToolCall",
          new Replayed(
              2, Set.of(THEY_MARK_A_BLOCK_FOR_THE_CACHE, THEY_WRAP_A_RESULT, THEY_SAY_NO_ERROR)),
          LLM + "async_prompt",
          new Replayed(2, Set.of()),
          LLM + "fixed_version_tool_chain_regression",
          new Replayed(2, Set.of(THEY_DROP_THE_CALLER)),
          LLM + "fixed_version_tool_chain_with_thinking_display_regression",
          new Replayed(2, Set.of(THEY_DROP_THE_CALLER)),
          LLM + "tools",
          new Replayed(2, Set.of(THEY_DROP_THE_CALLER, THEY_ADD_A_BLANK_TEXT)));

  /** The turns of one conversation in order. */
  private static Map<String, List<Recording>> conversations() {
    return Recording.all().stream()
        .filter(recording -> recording.request().isPresent())
        .sorted(Comparator.comparingInt(Recording::turn))
        .collect(Collectors.groupingBy(Recording::cassette, TreeMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .filter(entry -> goesOn(entry.getValue()))
        .collect(
            Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
  }

  private static boolean goesOn(List<Recording> turns) {
    return turns.size() > 1 && messages(turns.get(1)).size() > messages(turns.get(0)).size();
  }

  private static List<JsonNode> messages(Recording recording) {
    return Recording.elements(recording.request().orElseThrow().path("messages")).toList();
  }

  @Test
  void ourNextRequestSaysWhatTheRecordedOneSaid() {
    Map<String, Replayed> seen = new TreeMap<>();
    conversations()
        .forEach((cassette, turns) -> {
          var differences = EnumSet.noneOf(Difference.class);
          replay(turns, differences);
          seen.put(cassette, new Replayed(turns.size(), differences));
        });
    assertThat(seen).isEqualTo(CONVERSATIONS);
  }

  private static void replay(List<Recording> turns, Set<Difference> differences) {
    try (var stage = new Stage()) {
      var runner = stage.runner(tools(turns));
      var transcript = Transcript.EMPTY;
      for (int turn = 0; turn < turns.size(); ) {
        transcript = transcript.plus(userMessage(messages(turns.get(turn)).getLast()));
        int last = turn;
        while (turns.get(last).stopReason().equals("tool_use") && last + 1 < turns.size()) {
          last++;
        }
        transcript = run(stage, runner, transcript, turns.subList(turn, last + 1), differences);
        turn = last + 1;
      }
    }
  }

  /** Runs to the end of an answer, comparing each request on the way. */
  private static Transcript run(
      Stage stage,
      AgentRunner.Builder runner,
      Transcript transcript,
      List<Recording> turns,
      Set<Difference> differences) {
    var replies = new ArrayList<Reply>();
    turns.forEach(turn -> replies.add(Reply.recorded(turn.file())));
    boolean openEnd = turns.getLast().stopReason().equals("tool_use");
    if (openEnd) {
      replies.add(Reply.says("Done."));
    }
    stage.answering(replies.toArray(Reply[]::new));
    var result = stage.run(runner, transcript);
    stage.verify();
    var requests = stage.requests();
    int first = requests.size() - replies.size();
    for (int i = 0; i < turns.size(); i++) {
      var ours = requests.get(first + i).messages();
      assertSame(turns.get(i), ours, messages(turns.get(i)), differences);
    }
    return result.transcript();
  }

  private static Message userMessage(JsonNode recorded) {
    assertThat(recorded.path("role").asString()).isEqualTo("user");
    if (recorded.path("content").isString()) {
      return Message.user(recorded.path("content").asString());
    }
    var blocks =
        Recording.elements(recorded.path("content"))
            .map(block -> ContentBlock.of(RawJson.of(block)))
            .toList();
    return Message.of(Role.USER, blocks);
  }

  /** A tool for each that was offered, with the answers that were given in the conversation. */
  private static Tool[] tools(List<Recording> turns) {
    Map<String, JsonNode> answers = new TreeMap<>();
    turns.stream()
        .flatMap(turn -> messages(turn).stream())
        .flatMap(message -> Recording.elements(message.path("content")))
        .filter(block -> block.path("type").asString("").equals("tool_result"))
        .forEach(block -> answers.put(block.path("tool_use_id").asString(), block));
    return Recording.elements(turns.getFirst().request().orElseThrow().path("tools"))
        .map(tool ->
            new PermissiveTool(
                tool.path("name").asString(),
                JsonSchema.of(tool.path("input_schema")),
                (input, context) -> answer(answers.get(context.toolUseId()))))
        .toArray(Tool[]::new);
  }

  private static ToolOutput answer(@Nullable JsonNode result) {
    if (result == null) {
      return ToolOutput.text("The recording ends here.");
    }
    var content = result.path("content");
    return content.isString()
        ? ToolOutput.text(content.asString())
        : new ToolOutput(
            Recording.elements(content).map(b -> ContentBlock.of(RawJson.of(b))).toList());
  }

  private static void assertSame(
      Recording turn, List<JsonNode> ours, List<JsonNode> theirs, Set<Difference> differences) {
    var as = "request of turn " + turn;
    assertThat(roles(ours)).as(as).isEqualTo(roles(theirs));
    for (int i = 0; i < ours.size(); i++) {
      var theirBlocks = blocks(theirs.get(i), differences);
      var ourBlocks = blocks(ours.get(i), EnumSet.noneOf(Difference.class));
      for (int b = 0; b < Math.min(ourBlocks.size(), theirBlocks.size()); b++) {
        alignCaller(ourBlocks.get(b), theirBlocks.get(b), differences);
      }
      assertThat(ourBlocks).as("%s, message %s", as, i).isEqualTo(theirBlocks);
    }
  }

  private static void alignCaller(JsonNode ours, JsonNode theirs, Set<Difference> differences) {
    if (ours.has("caller") && !theirs.has("caller")) {
      ((ObjectNode) ours).remove("caller");
      differences.add(THEY_DROP_THE_CALLER);
    }
  }

  private static List<String> roles(List<JsonNode> messages) {
    return messages.stream().map(message -> message.path("role").asString()).toList();
  }

  /** The blocks of a message without what may be different. */
  private static List<JsonNode> blocks(JsonNode message, Set<Difference> differences) {
    var blocks = new ArrayList<JsonNode>();
    var content = message.path("content");
    if (content.isString()) {
      blocks.add(text(content.asString()));
    }
    for (var block : content) {
      var copy = (ObjectNode) block.deepCopy();
      if (copy.remove("cache_control") != null) {
        differences.add(THEY_MARK_A_BLOCK_FOR_THE_CACHE);
      }
      if (copy.path("is_error").isBoolean() && !copy.path("is_error").asBoolean()) {
        copy.remove("is_error");
        differences.add(THEY_SAY_NO_ERROR);
      }
      if (isLoneText(copy.path("content"))) {
        copy.put("content", copy.path("content").get(0).path("text").asString());
        differences.add(THEY_WRAP_A_RESULT);
      }
      if (copy.path("type").asString().equals("text") && copy.path("text").asString().isBlank()) {
        differences.add(THEY_ADD_A_BLANK_TEXT);
      } else {
        blocks.add(copy);
      }
    }
    return blocks;
  }

  private static boolean isLoneText(JsonNode content) {
    return content.isArray()
        && content.size() == 1
        && content.get(0).path("type").asString().equals("text");
  }

  private static JsonNode text(String text) {
    var json = (ObjectNode) Corpus.json("{\"type\":\"text\"}");
    return json.put("text", text);
  }
}
