package dev.millrace.agent.chaos;

import dev.millrace.testkit.Cut;
import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** A model and its network on a bad day: what the requests of one run are answered with. */
final class ChaosModel {
  private static final List<String> INPUTS =
      List.of(
          "{\"n\":1}",
          "{\"n\":2}",
          "{\"n\":3}",
          "{\"n\": 4e0}",
          "{\"n\":\"one\"}",
          "{}",
          "",
          "[1]",
          "{\"n\":1",
          "{\"n\":1}{\"n\":2}",
          "{\"n\":1,\"n\":2}",
          "{\"n\":1,\"m\":\"\\ud800\"}");

  private final SplittableRandom random;
  private final int turns;
  private final int run;
  private final boolean thinks;
  private int asked;

  /** Talks for 1 to 6 turns, then says that it is done. */
  ChaosModel(int run, long seed) {
    this.run = run;
    random = new SplittableRandom(seed);
    turns = 1 + random.nextInt(6);
    thinks = random.nextBoolean();
  }

  synchronized Reply next() {
    asked++;
    if (asked > turns) {
      return Reply.says("Do", "ne.");
    }
    int fate = random.nextInt(100);
    return fate < 70 ? delivered(message()) : fate < 80 ? refusal() : broken(message());
  }

  private MessageReply message() {
    MessageReply message = Reply.message();
    if (thinks && chance(2)) {
      message = message.thinks("Hm, ", "let me see \ud83e\udd14.");
    }
    if (chance(2)) {
      message = message.says("Well, ", chance(6) ? " " : "now 🙂. ");
    }
    if (chance(8)) {
      message = message.says("");
    }
    if (chance(5)) {
      message = message.event("future_event", "{\"type\":\"future_event\",\"x\":[1,2]}").ping();
    }
    if (chance(10)) {
      message = message.block("{\"type\":\"future_block\",\"x\":{\"y\":1.50}}");
    }
    int calls = random.nextInt(5);
    for (int i = 0; i < calls; i++) {
      message = call(message, i);
    }
    return ended(message.fragmentSize(1 + random.nextInt(8)));
  }

  private MessageReply call(MessageReply message, int i) {
    var name = chance(12) ? "un known!" : any(ChaosTools.NAMES);
    var input = chance(3) ? any(INPUTS) : "{\"n\":" + i + "}";
    return switch (random.nextInt(12)) {
      case 0 -> message.callsInFragments(repeatedId(), name, input);
      case 1 -> message.callsInFragments("toolu/" + run + "/" + i, name, input);
      default -> message.calls(name, input);
    };
  }

  /**
   * An id that comes again in the message, and in a run without thinking in later ones too. Where
   * the model thinks, the server knows by the id what was thought before the call, also of answers
   * that never arrived.
   */
  private String repeatedId() {
    return "toolu_same_" + run + (thinks ? "_" + asked : "");
  }

  private MessageReply ended(MessageReply message) {
    return switch (random.nextInt(25)) {
      case 0, 1 -> message.stops("max_tokens");
      case 2 -> message.stops("refusal");
      case 3 -> message.stops("end_turn");
      case 4 -> message.stops("tired");
      case 5 -> message.stops("model_context_window_exceeded");
      case 6 -> message.stops("tool_use");
      default -> message;
    };
  }

  private Reply delivered(Reply reply) {
    return switch (random.nextInt(4)) {
      case 0 -> reply.splitRandomly(random.nextLong(), 1 + random.nextInt(60));
      case 1 -> reply.pace(Duration.ofMillis(1));
      case 2 -> reply.holdOpenAfterEnd();
      default -> reply;
    };
  }

  private Reply refusal() {
    return switch (random.nextInt(6)) {
      case 0 -> Reply.error(429, "rate_limit_error", "slow down").header("retry-after", "0");
      case 1 -> Reply.error(529, "overloaded_error", "Overloaded");
      case 2 -> Reply.error(500, "api_error", "oops").header("x-should-retry", "true");
      case 3 -> Reply.error(503, "api_error", "not now").header("x-should-retry", "false");
      case 4 -> Reply.status(200, "text/html", "<html>captive portal</html>");
      default -> Reply.error(400, "invalid_request_error", "no");
    };
  }

  private Reply broken(Reply reply) {
    var cut = any(List.of(Cut.values()));
    return switch (random.nextInt(8)) {
      case 0, 1 -> reply.cutAt(random.nextInt(1500), cut);
      case 2, 3 -> reply.cutAfterEvent(random.nextInt(12), cut);
      case 4 -> reply.errorEventAfter(random.nextInt(8), "overloaded_error", "Overloaded");
      case 5 -> reply.stallAfterEvent(random.nextInt(8));
      case 6 -> reply.stallAfterEvent(random.nextInt(8)).pingsForEver(Duration.ofMillis(20));
      default -> reply.stallBeforeHeaders();
    };
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
