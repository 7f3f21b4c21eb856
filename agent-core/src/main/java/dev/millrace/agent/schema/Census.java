package dev.millrace.agent.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The size of a JSON tree, taken level by level so that depth cannot overflow the stack.
 *
 * @param nodes how many values it holds
 * @param depth how deeply they are nested; a scalar is 1
 * @param hugeNumber a number whose exact value would take thousands of digits, such as 1e999999999:
 *     comparing or dividing it would take all memory
 */
record Census(long nodes, int depth, @Nullable JsonNode hugeNumber) {
  private static final int MAX_SCALE = 2_000;

  static Census of(JsonNode root) {
    long nodes = 0;
    int depth = 0;
    JsonNode huge = null;
    List<JsonNode> level = List.of(root);
    while (!level.isEmpty()) {
      depth++;
      nodes += level.size();
      var next = new ArrayList<JsonNode>();
      for (JsonNode node : level) {
        if (node.isContainer()) {
          next.addAll(node.values());
        } else if (node.isBigDecimal()
            && Math.abs((long) node.decimalValue().scale()) > MAX_SCALE) {
          huge = node;
        }
      }
      level = next;
    }
    return new Census(nodes, depth, huge);
  }
}
