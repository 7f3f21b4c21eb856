package dev.millrace.examples.scripted;

import dev.millrace.testkit.MessageReply;
import dev.millrace.testkit.Reply;
import java.util.regex.Pattern;

/** One text takes the place of another in a file: it is read, for its version, then edited. */
record Replacing(String path, String old, String now) {
  private static final String READ = "read_file";
  private static final String EDIT = "edit_file";
  private static final Pattern VERSION = Pattern.compile("\\bversion ([0-9a-f]{8,64})\\b");

  MessageReply next(Talk talk) {
    if (!talk.offers(EDIT)) {
      return ChatModel.says("I have no tool to edit files with.");
    }
    var read = talk.look(READ);
    if (read.isEmpty()) {
      return Reply.says(Deltas.of("I read the file first."))
          .calls(READ, "{\"path\": %s}".formatted(Json.quote(path)));
    }
    if (talk.look(EDIT).isEmpty()) {
      return edit(Reply.says(Deltas.of("Now I change it.")), read.get().result());
    }
    return ChatModel.says("Done: " + ChatModel.firstLine(talk.look(EDIT).get().result()));
  }

  /** Adds the call that edits the file, which was read with this result. */
  MessageReply edit(MessageReply reply, String read) {
    var version = VERSION.matcher(ChatModel.firstLine(read));
    return reply.calls(
        EDIT,
        "{\"path\": %s, \"version\": %s, \"edits\": [{\"old_text\": %s, \"new_text\": %s}]}"
            .formatted(
                Json.quote(path),
                Json.quote(version.find() ? version.group(1) : "unknown"),
                Json.quote(old),
                Json.quote(now)));
  }
}
