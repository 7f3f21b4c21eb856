package dev.millrace.temporal;

import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.tool.ApprovalAnswer;
import dev.millrace.agent.tool.ApprovalRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The calls of a run that wait for people, and what these have said. */
final class Waiting {
  private final Map<String, ApprovalRequest> requests = new LinkedHashMap<>();
  private final Map<String, ApprovalAnswer> answers = new LinkedHashMap<>();

  void ask(List<ApprovalRequest> asked) {
    requests.clear();
    answers.clear();
    asked.forEach(request -> requests.put(request.use().id(), request));
  }

  byte[] requests() {
    var open =
        requests.values().stream()
            .filter(request -> !answers.containsKey(request.use().id()))
            .map(ApprovalRequest::json)
            .toList();
    return RawJson.array(open).text().getBytes(StandardCharsets.UTF_8);
  }

  /** Takes an answer, if there is a call that it fits. */
  void answer(ApprovalAnswer answer) {
    var request = requests.get(answer.toolUseId());
    if (request != null && answer.fits(request.use())) {
      answers.put(answer.toolUseId(), answer);
    }
  }

  boolean isAnswered() {
    return answers.keySet().equals(requests.keySet());
  }

  /** The answers to all calls that waited; none waits any more. */
  List<ApprovalAnswer> take() {
    var taken = List.copyOf(answers.values());
    requests.clear();
    answers.clear();
    return taken;
  }
}
