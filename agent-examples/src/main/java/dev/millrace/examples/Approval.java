package dev.millrace.examples;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.message.Transcript;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolPolicy;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.testkit.Reply;
import dev.millrace.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Asks a person before a tool acts. The run ends, paused, before any tool of the turn has run; its
 * transcript and the answers go on with it, in another process or on another day.
 */
public final class Approval {
  private static final Script WITHOUT_KEY =
      Script.of(
          Reply.message()
              .says("I will tell her. ")
              .calls("send_mail", "{\"to\": \"ada@example.com\", \"text\": \"Lunch at noon?\"}"),
          Reply.says("That is settled."));

  private Approval() {}

  record Mail(@Description("An address") String to, @Description("What to say") String text) {}

  public static void main(String[] args) throws IOException {
    var mail =
        Tool.of("send_mail", "Sends a mail.", Mail.class, letter -> "Sent to " + letter.to() + ".");
    try (var endpoint = Endpoint.fromEnvironment(WITHOUT_KEY)) {
      var runner =
          AgentRunner.builder(endpoint.client(), endpoint.model())
              .tools(mail)
              .policy(ToolPolicy.askUnlessReadOnly())
              .build();
      var screen = RunListener.onText(System.out::print);

      var result = runner.run("Ask ada@example.com whether she has lunch at noon.", screen);
      while (result.outcome() == RunOutcome.PAUSED) {
        Path file = Files.createTempFile("paused", ".json");
        Files.writeString(file, result.transcript().json().text());
        System.out.println("\nPaused; the transcript is in " + file);

        List<ApprovalAnswer> answers = result.approvals().stream().map(Approval::ask).toList();
        var transcript = Transcript.load(Files.readString(file)).transcript();
        result = runner.run(transcript, screen, RunOptions.DEFAULT.answers(answers));
        Files.delete(file);
      }
      System.out.println("\n" + result.outcome());
    }
  }

  /** Where nobody can be asked, the example goes on with a yes; a program of yours should not. */
  @SuppressWarnings("SystemConsoleNull") // some versions of Java give null where nobody is
  private static ApprovalAnswer ask(ApprovalRequest request) {
    var use = request.use();
    var question = "Run " + use.name() + " " + use.input() + "? [y/N] ";
    var console = System.console();
    var answer = console == null ? null : console.readLine("%s", question);
    if (answer == null) {
      System.out.println(question + "y (nobody is here to ask)");
      return request.approve();
    }
    return answer.strip().equalsIgnoreCase("y")
        ? request.approve()
        : request.deny("The user said no. Do not try again.");
  }
}
