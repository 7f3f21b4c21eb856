package dev.millrace.agent;

import dev.millrace.agent.client.Effort;
import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.client.MessagesClient;
import dev.millrace.agent.client.Thinking;
import dev.millrace.agent.client.ToolChoice;
import dev.millrace.agent.message.PriceTable;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.agent.tool.PreparedCall;
import dev.millrace.agent.tool.RegisteredTool;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolCalls;
import dev.millrace.agent.tool.ToolLimits;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.agent.tool.ToolSpec;
import dev.millrace.agent.tool.Toolbox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An agent: a model, a system prompt, tools and limits. Immutable and thread-safe; one runner
 * serves any number of runs at once, and nothing of a run is kept when it ends.
 *
 * <pre>{@code
 * var runner = AgentRunner.builder(HttpMessagesClient.fromEnvironment(), "claude-opus-5-5")
 *     .tools(weather).build();
 *
 * runner.run("What should I wear in Oslo?", RunListener.onText(System.out::print));
 * }</pre>
 */
public final class AgentRunner {
  private final Agent agent;

  private AgentRunner(Agent agent) {
    this.agent = agent;
  }

  /** A runner that asks this model through this client. */
  public static Builder builder(MessagesClient client, String model) {
    return new Builder(client, model);
  }

  /**
   * Runs until the model is done. Blocks; interrupting the thread cancels the run, which then ends
   * with {@link RunOutcome#CANCELLED} and leaves the interrupt flag set.
   *
   * @throws RunFailedException when the API, the network or the listener failed
   */
  public RunResult run(String prompt, RunListener listener) {
    return run(Transcript.of(prompt), listener, RunOptions.DEFAULT);
  }

  /**
   * Goes on with a conversation: one that ends with a user message, or with calls that are pending,
   * which are answered first; throws as {@link #run(String, RunListener)}.
   *
   * @throws IllegalArgumentException when there is nothing to answer
   */
  public RunResult run(Transcript transcript, RunListener listener) {
    return run(transcript, listener, RunOptions.DEFAULT);
  }

  /**
   * As {@link #run(Transcript, RunListener)}, with options.
   *
   * @throws IllegalArgumentException also when there is a session and the transcript does not go on
   *     from its own, and for an answer to a call that does not wait in the transcript
   */
  public RunResult run(Transcript transcript, RunListener listener, RunOptions options) {
    RunProgress.requireSomethingToAnswer(transcript);
    requireCalls(transcript, options.answers());
    return new SingleRun(agent, listener, options).of(transcript);
  }

  /** Starts a run on a virtual thread of its own; its events are pulled from the handle. */
  public Run start(Transcript transcript) {
    return start(transcript, RunOptions.DEFAULT);
  }

  /** As {@link #start(Transcript)}, with options. */
  public Run start(Transcript transcript, RunOptions options) {
    RunProgress.requireSomethingToAnswer(transcript);
    requireCalls(transcript, options.answers());
    return new Run((listener, own) -> run(transcript, listener, own), options);
  }

  /**
   * The calls of a paused conversation that wait for somebody, as {@link RunResult#approvals()} of
   * its run has them: for a transcript that was kept meanwhile. Asks the policy; nothing runs.
   */
  public List<ApprovalRequest> approvals(Transcript transcript) {
    return agent.toolCalls().prepare(transcript.pending()).stream()
        .filter(PreparedCall.Paused.class::isInstance)
        .map(PreparedCall.Paused.class::cast)
        .map(paused -> new ApprovalRequest(paused.use(), paused.reason()))
        .toList();
  }

  /** The loop and the bodies of its steps apart, for engines that keep what steps give. */
  public DurableAgent durable() {
    return new DurableAgent(agent);
  }

  /** An answer that is late, or given to something else than what is about to run, is no answer. */
  private static void requireCalls(Transcript transcript, List<ApprovalAnswer> answers) {
    var answered = new HashSet<String>();
    for (var answer : answers) {
      if (!answered.add(answer.toolUseId())) {
        throw new IllegalArgumentException("call " + answer.toolUseId() + " is answered twice");
      }
      if (transcript.pending().stream().noneMatch(answer::fits)) {
        throw new IllegalArgumentException(
            "the answer to call "
                + answer.toolUseId()
                + " fits no call that waits in the transcript: the call was answered before, or its"
                + " input is not the one that was shown");
      }
    }
  }

  /**
   * This agent as a tool of another one, which gives it a task in words and gets its final text.
   * Its runs share limits and cancelling with the run that calls it, whose listener is told of what
   * happens as {@link AgentEvent.SubAgentEvent}. Nobody can be asked from inside: where its own
   * policy pauses, the call fails and says so.
   *
   * @param name by which the model calls it
   * @param description what it is good at and what it wants to be told
   */
  public Tool asTool(String name, String description) {
    return new SubAgent(name, description, this).tool();
  }

  /** Collects a runner; not thread-safe. Defaults are named with each setting. */
  public static final class Builder {
    private final MessagesClient client;
    private final String model;
    private int maxTokens = 16_384;
    private String system = "";
    private Toolbox toolbox = Toolbox.EMPTY;
    private List<RawJson> serverTools = List.of();
    private ToolPolicy policy = ToolPolicy.DEFAULT;
    private Limits limits = Limits.DEFAULT;
    private ToolLimits toolLimits = ToolLimits.DEFAULT;
    private PriceTable prices = PriceTable.bundled();
    private CompactionPolicy compaction = CompactionPolicy.NONE;
    private boolean isCaching = true;
    private boolean isEarly = true;
    private final List<RunObserver> observers = new ArrayList<>(List.of(FlightRecorder.INSTANCE));
    private final Map<String, RawJson> outputConfig = new LinkedHashMap<>();
    private final Map<String, RawJson> members = new LinkedHashMap<>();
    private final List<String> betas = new ArrayList<>();

    private Builder(MessagesClient client, String model) {
      this.client = client;
      this.model = model;
    }

    /** Most tokens of one message; 16,384 unless set. */
    public Builder maxTokens(int maxTokens) {
      this.maxTokens = maxTokens;
      return this;
    }

    /** The system prompt; none unless set. */
    public Builder system(String system) {
      this.system = system;
      return this;
    }

    /**
     * The tools that the model may call; none unless set.
     *
     * @throws IllegalArgumentException for a name given twice or refused by the API
     */
    public Builder tools(Tool... tools) {
      return tools(Toolbox.of(tools));
    }

    /** The tools that the model may call; none unless set. */
    public Builder tools(Toolbox toolbox) {
      this.toolbox = toolbox;
      return this;
    }

    /** Definitions of tools that the server runs, such as web search; none unless set. */
    public Builder serverTools(RawJson... definitions) {
      this.serverTools = List.of(definitions);
      return this;
    }

    /** Decides whether calls may run; {@link ToolPolicy#DEFAULT} unless set. */
    public Builder policy(ToolPolicy policy) {
      this.policy = policy;
      return this;
    }

    /** Caps of a run; {@link Limits#DEFAULT} unless set. */
    public Builder limits(Limits limits) {
      this.limits = limits;
      return this;
    }

    /** Caps of tools; {@link ToolLimits#DEFAULT} unless set. */
    public Builder toolLimits(ToolLimits toolLimits) {
      this.toolLimits = toolLimits;
      return this;
    }

    /** What tokens cost; the bundled table unless set. */
    public Builder prices(PriceTable prices) {
      this.prices = prices;
      return this;
    }

    /** Whether and how the model thinks; its own default unless set. */
    public Builder thinking(Thinking thinking) {
      return member("thinking", thinking.json());
    }

    /** How much work the model puts in; its own default unless set. */
    public Builder effort(Effort effort) {
      outputConfig.put("effort", RawJson.ofString(effort.value()));
      return this;
    }

    /** The final answer is JSON of this record's shape; read it by {@link RunResult#as}. */
    public Builder outputFormat(Class<?> type) {
      var schema = RawJson.parse(JsonSchema.from(type).json());
      var format = new LinkedHashMap<String, RawJson>();
      format.put("type", RawJson.ofString("json_schema"));
      format.put("schema", schema);
      outputConfig.put("format", RawJson.object(format));
      return this;
    }

    /** Whether the model may or must call tools; it may unless set. */
    public Builder toolChoice(ToolChoice toolChoice) {
      return member("tool_choice", toolChoice.json());
    }

    /** Texts at which the model stops; none unless set. */
    public Builder stopSequences(String... sequences) {
      return member(
          "stop_sequences",
          RawJson.array(Arrays.stream(sequences).map(RawJson::ofString).toList()));
    }

    /** Places no cache breakpoints; they are placed unless this is said. */
    public Builder withoutCaching() {
      this.isCaching = false;
      return this;
    }

    /**
     * Starts no tool before the message that calls it is whole. Unless this is said, tools that are
     * read-only or repeatable start as soon as the next block of the message begins; what they give
     * is dropped when the message never becomes whole.
     */
    public Builder withoutEarlyDispatch() {
      this.isEarly = false;
      return this;
    }

    /** What to do when the transcript is too long for the model; nothing unless set. */
    public Builder compaction(CompactionPolicy compaction) {
      this.compaction = compaction;
      return this;
    }

    /** Adds somebody who sees all runs, for telemetry. */
    public Builder observer(RunObserver observer) {
      observers.add(observer);
      return this;
    }

    /** Adds values of the {@code anthropic-beta} header. */
    public Builder betas(String... betas) {
      this.betas.addAll(List.of(betas));
      return this;
    }

    /**
     * Sets any other member of the request's body.
     *
     * @throws IllegalArgumentException in {@link #build()} for {@code messages} and {@code stream}
     */
    public Builder member(String name, RawJson value) {
      members.put(name, value);
      return this;
    }

    /**
     * The runner.
     *
     * @throws IllegalArgumentException for settings that cannot work
     */
    public AgentRunner build() {
      return new AgentRunner(
          new Agent(
              client,
              template(),
              new ToolCalls(toolbox, policy, toolLimits),
              polls(),
              limits,
              prices,
              new Compaction(compaction),
              isCaching,
              isEarly,
              List.copyOf(observers)));
    }

    private Set<String> polls() {
      return toolbox.tools().stream()
          .map(RegisteredTool::spec)
          .filter(spec -> spec.traits().isPoll())
          .map(ToolSpec::name)
          .collect(Collectors.toUnmodifiableSet());
    }

    /** All that stays the same in the requests of all runs. */
    private MessageRequest template() {
      var request = MessageRequest.to(model, maxTokens);
      var tools = new ArrayList<>(toolbox.definitions());
      tools.addAll(serverTools);
      Requests.addPrefix(request, system, tools, isCaching);
      if (!outputConfig.isEmpty()) {
        request.member("output_config", RawJson.object(outputConfig));
      }
      members.forEach(request::member);
      betas.forEach(request::beta);
      return request.build(List.of());
    }
  }
}
