package dev.millrace.agent.tool;

import dev.millrace.agent.schema.Binding;
import dev.millrace.agent.schema.BindingException;
import dev.millrace.agent.schema.JsonSchema;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The annotated methods of an object as tools. */
final class MethodTools {
  private MethodTools() {}

  static List<Tool> of(Object target) {
    var tools =
        Arrays.stream(target.getClass().getMethods())
            .filter(method -> !method.isBridge())
            .flatMap(method -> annotated(target.getClass(), method).stream())
            // Reflection knows no order, and the order of the tools is part of the request.
            .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toString))
            .map(method -> tool(target, method))
            .toList();
    if (tools.isEmpty()) {
      throw new IllegalArgumentException(
          target.getClass().getName() + " has no public method with @ToolMethod");
    }
    return tools;
  }

  /**
   * The method itself, or the one that it overrides, which is annotated: the class of a proxy has
   * neither the annotations nor the names of the parameters.
   */
  private static Optional<Method> annotated(@Nullable Class<?> type, Method method) {
    if (type == null || type == Object.class) {
      return Optional.empty();
    }
    for (var candidate : type.getDeclaredMethods()) {
      if (candidate.isAnnotationPresent(ToolMethod.class)
          && Modifier.isPublic(candidate.getModifiers())
          && candidate.getName().equals(method.getName())
          && Arrays.equals(candidate.getParameterTypes(), method.getParameterTypes())) {
        return Optional.of(candidate);
      }
    }
    return Stream.concat(Stream.of(type.getInterfaces()), Stream.ofNullable(type.getSuperclass()))
        .flatMap(above -> annotated(above, method).stream())
        .findFirst();
  }

  private static Tool tool(Object target, Method method) {
    var said = method.getAnnotation(ToolMethod.class);
    var arguments = Arrays.stream(method.getParameters()).map(Argument::of).toList();
    var schema =
        JsonSchema.from(
            Arrays.stream(method.getParameters())
                .filter(parameter -> !isContext(parameter))
                .toList());
    requireCallable(target, method);
    var tool =
        new TypedTool<>(
            said.name().isEmpty() ? snakeCase(method.getName()) : said.name(),
            said.value(),
            schema,
            Binding.to(JsonNode.class),
            (input, context) -> call(target, method, arguments, input, context));
    return tool.with(new ToolTraits(Set.of(said.traits()), ToolTraits.DEFAULT.timeout()));
  }

  private static boolean isContext(Parameter parameter) {
    return parameter.getType() == ToolContext.class;
  }

  private static void requireCallable(Object target, Method method) {
    if (!method.canAccess(Modifier.isStatic(method.getModifiers()) ? null : target)
        && !method.trySetAccessible()) {
      throw new IllegalArgumentException(
          method + " cannot be called: make its class public, or open its package to this library");
    }
  }

  private static String snakeCase(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("NullAway") // a parameter that is marked so may be null
  private static @Nullable Object call(
      Object target, Method method, List<Argument> arguments, JsonNode input, ToolContext context)
      throws Exception {
    var values = new Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.get(i).value(input, context);
    }
    try {
      return method.invoke(target, values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /**
   * A parameter.
   *
   * @param binding of its type; null for the context
   * @param absent what it is when the input does not have it
   */
  private record Argument(String name, @Nullable Binding<?> binding, @Nullable Object absent) {
    static Argument of(Parameter parameter) {
      return isContext(parameter)
          ? new Argument(parameter.getName(), null, null)
          : new Argument(
              JsonSchema.nameOf(parameter),
              Binding.to(parameter.getParameterizedType()),
              absent(parameter.getType()));
    }

    private static @Nullable Object absent(Class<?> type) {
      if (type == OptionalInt.class) {
        return OptionalInt.empty();
      } else if (type == OptionalLong.class) {
        return OptionalLong.empty();
      } else if (type == OptionalDouble.class) {
        return OptionalDouble.empty();
      }
      return type == Optional.class ? Optional.empty() : null;
    }

    @Nullable Object value(JsonNode input, ToolContext context) throws ToolFailure {
      if (binding == null) {
        return context;
      }
      var node = input.get(name);
      try {
        return node == null ? absent : binding.bind(node);
      } catch (BindingException e) {
        throw new ToolFailure(
            "Not run: the input is refused.\n/"
                + name
                + e.pointer()
                + ": "
                + e.reason()
                + "\nCall it again.",
            e);
      }
    }
  }
}
