package dev.millrace.temporal;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** The one type of activity: a step of any kind, of any agent. */
@ActivityInterface
public interface StepActivity {
  /** The name of the type. */
  String TYPE = "MillraceStep";

  /**
   * Does a step.
   *
   * @param kind {@code model}, {@code prepare} or {@code tool}
   * @param input JSON, as the workflow wrote it
   * @return JSON
   */
  @ActivityMethod(name = TYPE)
  byte[] run(String kind, byte[] input);
}
