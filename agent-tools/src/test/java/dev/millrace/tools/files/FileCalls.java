package dev.millrace.tools.files;

import dev.millrace.agent.cancel.CancelSignal;
import dev.millrace.agent.message.RawJson;
import dev.millrace.tools.Calls;
import dev.millrace.tools.Calls.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Calls the file tools as a run does. */
record FileCalls(Calls calls) {
  static FileCalls below(Path root) {
    return below(root, FileLimits.DEFAULT);
  }

  static FileCalls below(Path root, FileLimits limits) {
    return new FileCalls(Calls.of(FileTools.readOnly(root, limits)));
  }

  /** All tools, also those that write. */
  static FileCalls writing(Path root) {
    return writing(root, FileLimits.DEFAULT, ProtectedPaths.DEFAULT);
  }

  static FileCalls writing(Path root, FileLimits limits, ProtectedPaths protectedPaths) {
    return new FileCalls(Calls.of(FileTools.all(root, limits, protectedPaths)));
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

  /** The version that reading the file gives. */
  String version(String path) {
    return version(read(path).isFine());
  }

  /** The version that stands in the answer of {@code read_file}. */
  static String version(Answer read) {
    return read.text()
        .replaceAll("(?s).*?, version ([0-9a-f]{12}).*|.*\\), version ([0-9a-f]{12})", "$1$2");
  }

  Answer write(String path, String content) {
    return call("write_file", "path", path, "content", content);
  }

  Answer replace(String path, String content) {
    return call("write_file", "path", path, "content", content, "version", version(path));
  }

  /** One edit of the version that is there. */
  Answer edit(String path, String oldText, String newText) {
    return edits(path, version(path), edit(oldText, newText));
  }

  Answer edits(String path, String version, RawJson... edits) {
    return call(
        "edit_file", "path", path, "version", version, "edits", RawJson.array(List.of(edits)));
  }

  static RawJson edit(String oldText, String newText) {
    return RawJson.object(
        Map.of("old_text", RawJson.ofString(oldText), "new_text", RawJson.ofString(newText)));
  }

  static RawJson editAll(String oldText, String newText) {
    return RawJson.object(
        Map.of(
            "old_text", RawJson.ofString(oldText),
            "new_text", RawJson.ofString(newText),
            "replace_all", RawJson.parse("true")));
  }
}
