package dev.millrace.agent.cache;

import dev.millrace.agent.client.MessageRequest;
import dev.millrace.agent.message.Message;
import dev.millrace.agent.message.RawJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** A request as the cache sees it: blocks in the order in which they are hashed. Immutable. */
final class RequestPrefix {
  /** Members of the body that a cached prefix depends on, beside those that are lists of blocks. */
  private static final List<String> SETTINGS = List.of("tool_choice", "thinking");

  private static final RawJson ABSENT = RawJson.parse("null");

  private final List<Block> blocks = new ArrayList<>();

  /** One of them; its name is made when it is asked for. */
  private record Block(String pointer, RawJson json, String role) {
    boolean is(Block other) {
      return pointer.equals(other.pointer)
          && role.equals(other.role)
          && (json.equals(other.json) || withoutMark(json).equals(withoutMark(other.json)));
    }

    /** Where the breakpoints are does not change what is cached. */
    private static RawJson withoutMark(RawJson json) {
      if (!json.isObject() || !json.text().contains("\"cache_control\"")) {
        return json;
      }
      var members = new LinkedHashMap<>(json.members());
      members.remove("cache_control");
      return RawJson.object(members);
    }

    String name() {
      var path = pointer.substring(1).split("/");
      return switch (path[0]) {
        case "tools" -> "tool \"" + json.node().path("name").asString("") + "\"";
        case "system" -> "the system prompt";
        case "messages" ->
            role + " message " + path[1] + ", " + json.node().path("type").asString("");
        default -> path[0];
      };
    }
  }

  RequestPrefix(MessageRequest request) {
    var members = request.members();
    add("/model", members.getOrDefault("model", ABSENT));
    addAll("/tools/", members.getOrDefault("tools", ABSENT));
    addAll("/system/", members.getOrDefault("system", ABSENT));
    SETTINGS.forEach(name -> add("/" + name, members.getOrDefault(name, ABSENT)));
    for (int i = 0; i < request.messages().size(); i++) {
      addMessage("/messages/" + i + "/content/", request.messages().get(i));
    }
  }

  private void add(String pointer, RawJson json) {
    blocks.add(new Block(pointer, json, ""));
  }

  private void addAll(String pointer, RawJson list) {
    if (!list.isArray()) {
      return;
    }
    int i = 0;
    for (var element : list.elements()) {
      add(pointer + i++, element);
    }
  }

  private void addMessage(String pointer, Message message) {
    int i = 0;
    for (var block : message.content()) {
      blocks.add(new Block(pointer + i++, block.json(), message.role().value()));
    }
  }

  /** A place in a request that is not what it was. */
  record Change(String pointer, String name) {}

  /** The first block of an earlier request that is not in this one. */
  Optional<Change> changeSince(RequestPrefix earlier) {
    for (int i = 0; i < earlier.blocks.size(); i++) {
      var was = earlier.blocks.get(i);
      if (i >= blocks.size()) {
        return Optional.of(new Change(was.pointer(), was.name() + ", which is gone,"));
      }
      var is = blocks.get(i);
      if (!is.is(was)) {
        return Optional.of(new Change(is.pointer(), is.name()));
      }
    }
    return Optional.empty();
  }
}
