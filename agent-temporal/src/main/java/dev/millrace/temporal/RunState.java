package dev.millrace.temporal;

import dev.millrace.agent.RunProgress;

/**
 * A run between two executions of its workflow.
 *
 * @param agent the agent's name
 * @param version of the agent that runs it; empty before the first step
 * @param startedAt in milliseconds of the engine's clock; 0 before the first step
 * @param isCancelled whether it is to end
 * @param place of the transcript
 * @param progress without the transcript
 */
record RunState(
    String agent,
    String version,
    long startedAt,
    boolean isCancelled,
    TranscriptPlace place,
    Json progress) {
  static RunState begin(String agent, TranscriptPlace place, RunProgress progress) {
    return new RunState(agent, "", 0, false, place, StepJson.progress(progress));
  }

  byte[] bytes() {
    return new Json()
        .put("agent", agent)
        .put("version", version)
        .put("started_at", startedAt)
        .put("is_cancelled", isCancelled)
        .put("transcript", place.json())
        .put("progress", progress.object())
        .bytes();
  }

  static RunState of(byte[] bytes) {
    var json = Json.parse(bytes);
    return new RunState(
        json.string("agent"),
        json.string("version"),
        json.number("started_at"),
        json.is("is_cancelled"),
        TranscriptPlace.of(json.inner("transcript")),
        json.inner("progress"));
  }
}
