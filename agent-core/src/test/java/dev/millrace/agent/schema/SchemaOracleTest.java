package dev.millrace.agent.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An independent generator agrees where it is right (it takes a byte for a text). */
class SchemaOracleTest {
  enum Named {
    @JsonProperty("one")
    ONE,
    @JsonProperty("two")
    TWO
  }

  enum Plain {
    A,
    B
  }

  record Scalars(
      String s,
      boolean b,
      int i,
      Long l,
      short sh,
      float f,
      double d,
      BigInteger bi,
      BigDecimal bd) {}

  record Enums(Named named, Plain plain) {}

  record Point(int x, int y) {}

  record Nested(Point from, Point to, List<Point> way, Map<String, Point> byName) {}

  record Many(List<String> list, Set<Integer> set, long[] array, List<List<Boolean>> matrix) {}

  record Maps(Map<String, Integer> counts, Map<String, List<String>> lists) {}

  record Optionals(Optional<String> text, String must, Optional<List<Plain>> plains) {}

  record Renamed(@JsonProperty("new") String replacement, @JsonProperty("a-b") int ab) {}

  record Tree(String value, List<Tree> children, Optional<Tree> twin) {}

  record Page<T>(List<T> items, int next) {}

  record Pages(Page<Point> points, Page<String> texts) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        Scalars.class,
        Enums.class,
        Nested.class,
        Many.class,
        Maps.class,
        Optionals.class,
        Renamed.class,
        Tree.class,
        Pages.class
      })
  void agreesWithAnotherGenerator(Class<?> type) {
    assertThat(comparable(JsonSchema.from(type).node())).isEqualTo(comparable(oracle(type)));
  }

  private static ObjectNode oracle(Class<?> type) {
    var config =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonSchemaModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
            .with(
                Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                Option.FLATTENED_OPTIONALS,
                Option.INLINE_NULLABLE_SCHEMAS)
            .without(Option.SCHEMA_VERSION_INDICATOR);
    config.forTypesInGeneral().withPropertySorter((first, second) -> 0);
    config.forFields().withRequiredCheck(SchemaOracleTest::isRequired);
    return new com.github.victools.jsonschema.generator.SchemaGenerator(config.build())
        .generateSchema(type);
  }

  private static boolean isRequired(FieldScope field) {
    return field.getRawMember().getType() != Optional.class;
  }

  /** Both with every reference resolved once and without what only one of them cares to say. */
  private static JsonNode comparable(ObjectNode schema) {
    return inlined(schema, schema, 4);
  }

  private static JsonNode inlined(JsonNode node, ObjectNode root, int depth) {
    if (node instanceof ArrayNode array) {
      var copy = array.arrayNode();
      array.forEach(item -> copy.add(inlined(item, root, depth)));
      return copy;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    if (object.at("/anyOf/0/type").asString("").equals("null")) {
      return inlined(object.at("/anyOf/1"), root, depth);
    }
    if (object.has("$ref")) {
      String target = object.get("$ref").asString().substring(1);
      return depth == 0 ? root.objectNode() : inlined(root.at(target), root, depth - 1);
    }
    var copy = root.objectNode();
    for (var entry : object.properties()) {
      boolean said = !entry.getKey().equals("$defs") && !entry.getKey().equals("const");
      if (said) {
        copy.set(entry.getKey(), withoutNull(inlined(entry.getValue(), root, depth)));
      }
    }
    if (copy.path("required") instanceof ArrayNode required) {
      var sorted = required.valueStream().map(JsonNode::asString).sorted().toList();
      required.removeAll();
      sorted.forEach(required::add);
    }
    return copy;
  }

  /** It lets an Optional be null, which we do not. */
  private static JsonNode withoutNull(JsonNode type) {
    boolean nullable =
        type.isArray() && type.size() == 2 && type.get(1).asString("").equals("null");
    return nullable ? type.get(0) : type;
  }
}
