package dev.millrace.agent.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/** Jackson set up to read exactly what {@link SchemaGenerator} describes. */
final class StrictMapper {
  /**
   * One for all bindings: to set one up and to learn a type anew takes milliseconds, and services
   * make tools for each request.
   */
  static final JsonMapper SHARED = create();

  private StrictMapper() {}

  private static JsonMapper create() {
    return JsonMapper.builder()
        .annotationIntrospector(new UnionAnnotations())
        .addModule(numbers())
        .addModule(records())
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
        .disable(
            DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
            DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
            DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .withCoercionConfigDefaults(
            any -> any.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
        .withCoercionConfig(
            LogicalType.Textual,
            text ->
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .changeDefaultPropertyInclusion(
            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
        .build();
  }

  private static JacksonModule records() {
    return new SimpleModule("records") {
      private static final long serialVersionUID = 1L;

      @Override
      public void setupModule(SetupContext context) {
        context.addValueInstantiators(new RecordInstantiator.OfRecords());
      }
    };
  }

  private static SimpleModule numbers() {
    var module = new SimpleModule("exact-numbers");
    add(module, byte.class, Byte.class, BigDecimal::byteValueExact);
    add(module, short.class, Short.class, BigDecimal::shortValueExact);
    add(module, int.class, Integer.class, BigDecimal::intValueExact);
    add(module, long.class, Long.class, BigDecimal::longValueExact);
    add(module, float.class, Float.class, ExactNumber::toFloat);
    add(module, double.class, Double.class, ExactNumber::toDouble);
    add(module, BigInteger.class, BigDecimal::toBigIntegerExact, null);
    add(module, BigDecimal.class, Function.identity(), null);
    add(module, OptionalInt.class, n -> OptionalInt.of(n.intValueExact()), OptionalInt.empty());
    add(module, OptionalLong.class, n -> OptionalLong.of(n.longValueExact()), OptionalLong.empty());
    add(
        module,
        OptionalDouble.class,
        n -> OptionalDouble.of(ExactNumber.toDouble(n)),
        OptionalDouble.empty());
    addArray(module, short[].class);
    addArray(module, int[].class);
    addArray(module, long[].class);
    addArray(module, float[].class);
    addArray(module, double[].class);
    return module;
  }

  private static <N> void add(
      SimpleModule module, Class<N> primitive, Class<N> boxed, Function<BigDecimal, N> conversion) {
    add(module, primitive, conversion, null);
    add(module, boxed, conversion, null);
  }

  private static <N> void add(
      SimpleModule module, Class<N> type, Function<BigDecimal, N> conversion, @Nullable N absent) {
    module.addDeserializer(type, new ExactNumber<>(type, conversion, absent));
  }

  private static <A> void addArray(SimpleModule module, Class<A> type) {
    module.addDeserializer(type, new ExactNumber.OfArray<>(type));
  }

  /** Adds to the annotations what the schema says of unions and of required properties. */
  private static final class UnionAnnotations extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    /**
     * Only the union carries a discriminator; one of its records, asked for by itself, has none.
     */
    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
        MapperConfig<?> config, Annotated annotated) {
      if (!(annotated instanceof AnnotatedClass) || !Union.isUnion(annotated.getRawType())) {
        return null;
      }
      String discriminator = Union.of(annotated.getRawType()).discriminator();
      return JsonTypeInfo.Value.construct(
          JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, discriminator, null, false, true, null);
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
      if (!Union.isUnion(annotated.getRawType())) {
        return null;
      }
      return Union.of(annotated.getRawType()).members().entrySet().stream()
          .map(member -> new NamedType(member.getValue(), member.getKey()))
          .toList();
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
      if (member instanceof AnnotatedParameter parameter
          && parameter.getDeclaringClass().isRecord()) {
        var properties = Property.of(parameter.getDeclaringClass());
        return !properties.get(parameter.getIndex()).isOptional();
      }
      return null;
    }
  }
}
