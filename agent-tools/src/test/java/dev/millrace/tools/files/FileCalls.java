package dev.millrace.tools.files;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.tools.Calls;
import dev.millrace.tools.Calls.Answer;
import java.nio.file.Path;

/** Calls the file tools as a run does. */
record FileCalls(Calls calls) {
  static FileCalls below(Path root) {
    return below(root, FileLimits.DEFAULT);
  }

  static FileCalls below(Path root, FileLimits limits) {
    return new FileCalls(Calls.of(FileTools.readOnly(root, limits)));
  }

  /** Calls with pairs of names and values, where a value is a string or a piece of JSON. */
  Answer call(String tool, Object... input) {
    return calls.call(tool, input);
  }

  Answer call(CancelSignal cancel, String tool, Object... input) {
    return calls.call(cancel, tool, input);
  }

  Answer read(String path) {
    return call("read_file", "path", path);
  }

  Answer list(String path) {
    return call("list_files", "path", path);
  }

  Answer search(String pattern) {
    return call("search_files", "pattern", pattern);
  }
}
