package dev.millrace.agent.tool;

import dev.millrace.agent.message.RawJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** An ordered set of tools with unique names. Immutable and thread-safe. */
public final class Toolbox {
  /** A toolbox without tools. */
  public static final Toolbox EMPTY = new Toolbox(List.of());

  private final SequencedMap<String, RegisteredTool> tools = new LinkedHashMap<>();

  private Toolbox(List<? extends Tool> tools) {
    for (var tool : tools) {
      var registered = new RegisteredTool(ToolSpec.of(tool), tool);
      var before = this.tools.putIfAbsent(registered.spec().name(), registered);
      if (before != null) {
        throw new IllegalArgumentException(
            "two tools are named \""
                + registered.spec().name()
                + "\": "
                + before.tool().getClass().getName()
                + " and "
                + tool.getClass().getName()
                + "; rename one, the model cannot tell them apart");
      }
    }
  }

  /**
   * A toolbox of these tools, in this order.
   *
   * @throws IllegalArgumentException for a name that is given twice or that the API refuses, and
   *     for a blank description
   */
  public static Toolbox of(Tool... tools) {
    return new Toolbox(List.of(tools));
  }

  /** A toolbox of these tools, in this order; throws as {@link #of(Tool...)}. */
  public static Toolbox of(List<? extends Tool> tools) {
    return new Toolbox(tools);
  }

  /**
   * The public methods of an object that are annotated with {@link ToolMethod}, or override one
   * that is, by name: each as {@link Tool#of(String, String, Class, ContextualToolFunction)} makes
   * one of a record with the parameters as its components. A parameter of type {@link ToolContext}
   * is given the context.
   *
   * @throws IllegalArgumentException when there are none, and as {@link #of(Tool...)}
   * @throws dev.millrace.agent.schema.InvalidSchemaException for a parameter whose type is not
   *     supported, or whose name is not in the class file
   */
  public static Toolbox fromMethods(Object object) {
    return new Toolbox(MethodTools.of(object));
  }

  /** This toolbox and another one after it; throws as {@link #of(Tool...)}. */
  public Toolbox plus(Toolbox other) {
    var all = new ArrayList<Tool>();
    tools().forEach(tool -> all.add(tool.tool()));
    other.tools().forEach(tool -> all.add(tool.tool()));
    return new Toolbox(all);
  }

  /** The tools in order. */
  public List<RegisteredTool> tools() {
    return List.copyOf(tools.sequencedValues());
  }

  /** The names in order. */
  public List<String> names() {
    return List.copyOf(tools.sequencedKeySet());
  }

  /** The tool of exactly this name. */
  public Optional<RegisteredTool> find(String name) {
    return Optional.ofNullable(tools.get(name));
  }

  /** The definitions as the API wants them in {@code tools}. */
  public List<RawJson> definitions() {
    return tools.sequencedValues().stream().map(tool -> tool.spec().definition()).toList();
  }
}
