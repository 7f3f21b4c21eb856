package dev.millrace.agent.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.RunListener;
import dev.millrace.agent.RunOutcome;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.Transcript;
import dev.millrace.testkit.Reply;

/** A validating server that judges many transcripts, one after another or at the same time. */
public final class Judge implements AutoCloseable {
  private final World world = World.answering(request -> Reply.says("Fine."));

  /** Laws 2 and 5: all calls are answered, and the server takes one more user message. */
  public void accepts(Transcript transcript) {
    var asked = transcript.plus(Message.user("Go on."));
    var result = world.runner().build().run(asked, RunListener.NONE);
    assertThat(result.outcome()).isEqualTo(RunOutcome.COMPLETED);
    World.assertPaired(transcript);
    world.server().verify();
  }

  @Override
  public void close() {
    world.close();
  }
}
