package dev.millrace.agent.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.introspect.AnnotatedConstructor;

/**
 * Makes a record as Jackson does, but by a method handle that takes all arguments at once: adapting
 * one at each call costs more than all the rest of reading a small record.
 */
final class RecordInstantiator extends StdValueInstantiator {
  private static final MethodType ARGUMENTS = MethodType.methodType(Object.class, Object[].class);

  private final transient MethodHandle constructor;

  private RecordInstantiator(StdValueInstantiator jacksons, MethodHandle constructor) {
    super(jacksons);
    this.constructor = constructor;
  }

  /** Has all records that Jackson makes by a constructor made this way. */
  static final class OfRecords extends ValueInstantiators.Base {
    @Override
    public ValueInstantiator modifyValueInstantiator(
        DeserializationConfig config, BeanDescription.Supplier type, ValueInstantiator jacksons) {
      boolean isUsual =
          jacksons.getClass() == StdValueInstantiator.class
              && type.getBeanClass().isRecord()
              && jacksons.getWithArgsCreator() instanceof AnnotatedConstructor;
      var constructor =
          isUsual ? handle((AnnotatedConstructor) jacksons.getWithArgsCreator()) : null;
      return constructor == null
          ? jacksons
          : new RecordInstantiator((StdValueInstantiator) jacksons, constructor);
    }

    /** Null where only Jackson may call the constructor. */
    private static @Nullable MethodHandle handle(AnnotatedConstructor constructor) {
      try {
        return MethodHandles.lookup()
            .unreflectConstructor(constructor.getAnnotated())
            .asFixedArity()
            .asSpreader(Object[].class, constructor.getParameterCount())
            .asType(ARGUMENTS);
      } catch (IllegalAccessException e) {
        return null;
      }
    }
  }

  @Override
  public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
    try {
      return (Object) constructor.invokeExact(arguments);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      return context.handleInstantiationProblem(
          _valueClass, arguments, rewrapCtorProblem(context, e));
    }
  }
}
