package dev.millrace.examples.ask;

import dev.millrace.agent.RunListener;

/** Shows a run on standard output. */
interface View extends RunListener {
  /** The run has ended, with or without a result. */
  void end();
}
