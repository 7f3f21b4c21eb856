package dev.millrace.testkit.rules;

import static dev.millrace.testkit.rules.Json.invalid;

import dev.millrace.testkit.rules.Conversation.Block;
import dev.millrace.testkit.rules.Conversation.Turn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/**
 * The thinking that was said, to know it again: it must come back unchanged, and after the same
 * conversation. The oldest is forgotten first.
 */
final class SaidThinking {
  private static final int MOST = 20_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Said> bySignature = forgetful();
  private final Map<String, Set<JsonNode>> byToolUse = forgetful();

  /**
   * A thinking block that was said.
   *
   * @param index its place in its message
   * @param prefix what {@link PrefixHash} made of the request that it answered
   */
  private record Said(JsonNode block, int index, long prefix) {}

  private static <T> Map<String, T> forgetful() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
        return size() > MOST;
      }
    };
  }

  void remember(JsonNode request, JsonNode content) {
    var hashes = PrefixHash.of(request, Conversation.of(request));
    long prefix = hashes.getLast();
    var thinking = new HashSet<JsonNode>();
    List<JsonNode> blocks = Json.elements(content);
    lock.lock();
    try {
      for (int i = 0; i < blocks.size(); i++) {
        JsonNode block = blocks.get(i);
        if (ThinkingRules.isThinking(new Block(0, i, block))) {
          thinking.add(block);
          bySignature.put(signature(block), new Said(block, i, prefix));
        }
      }
      blocks.stream()
          .filter(block -> Json.isType(block, "tool_use"))
          .forEach(call -> byToolUse.put(call.path("id").asString(""), thinking));
    } finally {
      lock.unlock();
    }
  }

  void check(JsonNode body, Conversation conversation) {
    List<Turn> turns = conversation.turns();
    int latest = turns.size() - 1;
    while (latest >= 0 && !turns.get(latest).is("assistant")) {
      latest--;
    }
    for (int i = 0; i < turns.size(); i++) {
      for (Block block : turns.get(i).blocks()) {
        if (ThinkingRules.isThinking(block)) {
          requireUnchanged(block, i == latest);
        }
      }
    }
    if (latest >= 0) {
      requireComplete(turns.get(latest));
    }
    if (bindsToPrefix(body)) {
      requireSamePrefix(body, conversation);
    }
  }

  private void requireUnchanged(Block block, boolean latest) {
    var said = said(block);
    if (said.isPresent() && !said.get().block().equals(block.json())) {
      throw latest
          ? modified(block.path())
          : invalid(block.path(), "Invalid `signature` in `thinking` block");
    }
  }

  /** All that was thought before a call of the latest turn is there. */
  private void requireComplete(Turn turn) {
    var sent = new HashSet<JsonNode>();
    turn.blocks().forEach(block -> sent.add(block.json()));
    for (Block call : turn.blocks("tool_use")) {
      if (!sent.containsAll(thinkingBefore(call.text("id")))) {
        throw modified(turn.blocks().getFirst().path());
      }
    }
  }

  private void requireSamePrefix(JsonNode body, Conversation conversation) {
    var blocks = conversation.turns().stream().flatMap(turn -> turn.blocks().stream()).toList();
    List<Long> hashes = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      var said = ThinkingRules.isThinking(block) ? said(block) : Optional.<Said>empty();
      if (said.isPresent()) {
        hashes = hashes.isEmpty() ? PrefixHash.of(body, conversation) : hashes;
        int start = i - said.get().index();
        if (start < 0 || hashes.get(start) != said.get().prefix()) {
          throw invalid(
              block.path(),
              "Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to \"drop_block\".");
        }
      }
    }
  }

  private static boolean bindsToPrefix(JsonNode body) {
    var model = ModelName.of(body);
    boolean binds =
        !model.isKnown() || model.isFrom(505) || model.is("fable", 501) || model.is("mythos", 501);
    String behaviour = body.at("/thinking/block_binding/prefix_mismatch_behavior").asString("");
    return binds && !behaviour.equals("drop_block");
  }

  private Optional<Said> said(Block block) {
    lock.lock();
    try {
      return Optional.ofNullable(bySignature.get(signature(block.json())));
    } finally {
      lock.unlock();
    }
  }

  private Set<JsonNode> thinkingBefore(String toolUseId) {
    lock.lock();
    try {
      return byToolUse.getOrDefault(toolUseId, Set.of());
    } finally {
      lock.unlock();
    }
  }

  private static String signature(JsonNode block) {
    return block.path("signature").asString(block.path("data").asString(""));
  }

  private static RefusedException modified(String path) {
    return invalid(
        path,
        "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.");
  }
}
