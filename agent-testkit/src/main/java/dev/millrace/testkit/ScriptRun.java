package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A script while it is played: it knows the next step. */
final class ScriptRun implements Responder {
  private final List<Script.Step> steps;
  private final AtomicInteger next = new AtomicInteger();

  ScriptRun(Script script) {
    this.steps = script.steps();
  }

  @Override
  public Reply reply(RecordedRequest request) {
    int number = next.getAndIncrement();
    if (number >= steps.size()) {
      throw new AssertionError(
          "the script has no more than "
              + steps.size()
              + " steps; last user text: '"
              + request.lastUserText()
              + "'");
    }
    var step = steps.get(number);
    for (var expectation : step.expectations()) {
      if (!expectation.holds().test(request)) {
        throw new AssertionError(
            "step %d expects a request that %s; last user text: '%s', tool results: %s"
                .formatted(
                    number + 1,
                    expectation.description(),
                    request.lastUserText(),
                    request.toolResults()));
      }
    }
    return step.responder().reply(request);
  }

  /** Returns the steps that no request has reached, described. */
  List<String> unused() {
    var unused = new ArrayList<String>();
    for (int i = next.get(); i < steps.size(); i++) {
      String expected =
          steps.get(i).expectations().stream()
              .map(Script.Expectation::description)
              .reduce("", (all, one) -> all.isEmpty() ? " that " + one : all + " and " + one);
      unused.add("step " + (i + 1) + " of " + steps.size() + ", a request" + expected);
    }
    return unused;
  }
}
