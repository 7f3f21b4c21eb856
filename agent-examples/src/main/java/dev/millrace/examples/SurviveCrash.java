package dev.millrace.examples;

import dev.millrace.agent.AgentRunner;
import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOptions;
import dev.millrace.agent.client.Timeouts;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.schema.Description;
import dev.millrace.agent.session.FileSessionStore;
import dev.millrace.agent.session.Session;
import dev.millrace.agent.tool.Tool;
import dev.millrace.agent.tool.ToolTraits;
import dev.millrace.examples.endpoint.Endpoint;
import dev.millrace.testkit.MessagesServer;
import dev.millrace.testkit.RecordedRequest;
import dev.millrace.testkit.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Dies in the middle of a call that must not be made twice, and goes on when it is run again. The
 * journal knows that the call had begun, so it is not repeated: the model is told that its outcome
 * is not known, and looks.
 */
public final class SurviveCrash {
  private static final int KILLED = 137;

  private final Path charges;

  private SurviveCrash(Path charges) {
    this.charges = charges;
  }

  record Charge(@Description("US dollars") int amount) {}

  record Nothing() {}

  /** The first argument names the folder of the session. */
  public static void main(String[] args) throws IOException {
    var folder = Path.of(args.length == 0 ? "survive-crash" : args[0]);
    Files.createDirectories(folder);
    new SurviveCrash(folder.resolve("charges.txt")).run(folder);
  }

  private void run(Path folder) {
    try (var endpoint =
        Endpoint.open(
            System.getenv(),
            Timeouts.DEFAULT,
            () -> MessagesServer.start(SurviveCrash::withoutKey))) {
      var runner =
          AgentRunner.builder(endpoint.client(), endpoint.model())
              .tools(
                  Tool.of("charge_card", "Charges the card.", Charge.class, this::charge),
                  Tool.of("list_charges", "All charges.", Nothing.class, nothing -> charged())
                      .with(ToolTraits.DEFAULT.readOnly()))
              .build();
      var screen = RunListener.onText(System.out::print);
      // region session
      try (var session = Session.open(FileSessionStore.in(folder), "order-42")) {
        var transcript =
            session.transcript().isEmpty()
                ? session.plus(Message.user("Charge the card 30 dollars, once."))
                : session.transcript(); // goes on where the last run stopped, however it ended
        runner.run(transcript, screen, RunOptions.DEFAULT.session(session));
      }
      // endregion
      System.out.println();
    }
  }

  private String charge(Charge charge) throws IOException {
    Files.writeString(
        charges, charge.amount() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.out.println("charged " + charge.amount() + " dollars, and the power goes");
    Runtime.getRuntime().halt(KILLED);
    return "never told";
  }

  private String charged() throws IOException {
    return Files.exists(charges) ? Files.readString(charges).strip() : "none";
  }

  private static Reply withoutKey(RecordedRequest request) {
    if (request.toolResults().isEmpty()) {
      return Reply.calls("charge_card", "{\"amount\": 30}");
    }
    var last = request.toolResults().getLast();
    return last.toolName().equals("charge_card")
        ? Reply.message().says("I do not know whether that worked. ").calls("list_charges", "{}")
        : Reply.says("The charges are: ", last.text(), ". It had worked, so I leave it at that.");
  }
}
