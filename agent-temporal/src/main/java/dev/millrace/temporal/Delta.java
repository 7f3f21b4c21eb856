package dev.millrace.temporal;

import dev.millrace.agent.message.RawJson;

/**
 * A piece of live news of a run, on its way from the worker to whoever watches. It may come twice,
 * and that of a worker that was given up may come late: a higher attempt voids what lower ones of
 * the same step told.
 *
 * @param runId the run's id
 * @param step the step's key, {@code m/3} for the third turn of the model, {@code t/...} for a call
 * @param attempt counts the tries of the step, from 1
 * @param sequence counts the news of an attempt, from 0
 * @param event as {@link dev.millrace.agent.feed.EventJson} writes it
 */
public record Delta(String runId, String step, int attempt, long sequence, RawJson event) {
  /** The news as JSON, to be read by {@link #parse}. */
  public RawJson json() {
    return new Json()
        .put("run_id", runId)
        .put("step", step)
        .put("attempt", attempt)
        .put("sequence", sequence)
        .put("event", event)
        .object();
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IllegalArgumentException for any other JSON
   */
  public static Delta parse(String text) {
    var json = Json.of(RawJson.parse(text));
    return new Delta(
        json.string("run_id"),
        json.string("step"),
        json.count("attempt"),
        json.number("sequence"),
        json.get("event"));
  }
}
