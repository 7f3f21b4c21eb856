package dev.millrace.agent.schema;

import static dev.millrace.agent.schema.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class SchemaGeneratorTest {
  record Scalars(
      String s,
      boolean b,
      byte by,
      short sh,
      int i,
      long l,
      float f,
      double d,
      BigInteger bi,
      BigDecimal bd,
      Integer boxed) {}

  @Test
  void describesScalarsInOrderAndRequiresThemAll() {
    assertThat(JsonSchema.from(Scalars.class).json())
        .isEqualTo(
            json("{'type':'object','properties':{'s':{'type':'string'},'b':{'type':'boolean'},"
                    + "'by':{'type':'integer'},'sh':{'type':'integer'},'i':{'type':'integer'},"
                    + "'l':{'type':'integer'},'f':{'type':'number'},'d':{'type':'number'},"
                    + "'bi':{'type':'integer'},'bd':{'type':'number'},"
                    + "'boxed':{'type':'integer'}},'required':['s','b','by','sh','i','l','f',"
                    + "'d','bi','bd','boxed'],'additionalProperties':false}")
                .toString());
  }

  record Maybe(
      Optional<String> a,
      OptionalInt b,
      OptionalLong c,
      OptionalDouble d,
      @Nullable String e,
      Optional<List<Integer>> f,
      String @Nullable [] g,
      String required) {}

  @Test
  void doesNotRequireOptionalsAndNullables() {
    var schema = JsonSchema.from(Maybe.class).node();
    assertThat(schema.get("required")).isEqualTo(json("['required']"));
    assertThat(schema.get("properties"))
        .isEqualTo(
            json(
                "{'a':{'type':'string'},'b':{'type':'integer'},'c':{'type':'integer'},"
                    + "'d':{'type':'number'},'e':{'type':'string'},"
                    + "'f':{'type':'array','items':{'type':'integer'}},"
                    + "'g':{'type':'array','items':{'type':'string'}},"
                    + "'required':{'type':'string'}}"));
  }

  record Many(
      List<String> list,
      Set<Integer> set,
      Collection<Boolean> any,
      double[] array,
      int[][] matrix,
      Map<String, List<Long>> map) {}

  @Test
  void describesCollectionsArraysAndMaps() {
    assertThat(properties(Many.class))
        .isEqualTo(
            json(
                "{'list':{'type':'array','items':{'type':'string'}},"
                    + "'set':{'type':'array','items':{'type':'integer'}},"
                    + "'any':{'type':'array','items':{'type':'boolean'}},"
                    + "'array':{'type':'array','items':{'type':'number'}},"
                    + "'matrix':{'type':'array','items':{'type':'array',"
                    + "'items':{'type':'integer'}}},"
                    + "'map':{'type':'object','additionalProperties':{'type':'array',"
                    + "'items':{'type':'integer'}}}}"));
  }

  record Texts(
      Instant i, OffsetDateTime o, LocalDate d, UUID u, URI uri, LocalDateTime l, Duration p) {}

  @Test
  void describesTimesAndNamesAsText() {
    var properties = properties(Texts.class);
    for (var expected :
        Map.of("i", "date-time", "o", "date-time", "d", "date", "u", "uuid", "uri", "uri")
            .entrySet()) {
      assertThat(properties.get(expected.getKey()))
          .isEqualTo(json("{'type':'string','format':'" + expected.getValue() + "'}"));
    }
    assertThat(properties.at("/l/pattern").asString()).startsWith("^\\d{4}-\\d{2}");
    assertThat(properties.at("/p/description").asString()).contains("PT1H30M");
  }

  record Raw(JsonNode any, ObjectNode object, ArrayNode array) {}

  @Test
  void leavesJsonItselfOpen() {
    assertThat(properties(Raw.class))
        .isEqualTo(json("{'any':{},'object':{'type':'object'},'array':{'type':'array'}}"));
  }

  @Description("How warm")
  enum Unit {
    @Description("Celsius")
    @JsonProperty("c")
    CELSIUS,
    KELVIN {
      @Override
      public String toString() {
        return "never this";
      }
    }
  }

  record Warmth(Unit unit, @Description("The other") Unit other) {}

  @Test
  void describesEnumsByTheNamesThatAreRead() {
    assertThat(properties(Warmth.class))
        .isEqualTo(
            json(
                "{'unit':{'type':'string','enum':['c','KELVIN'],"
                    + "'description':'How warm\\nc: Celsius'},"
                    + "'other':{'type':'string','enum':['c','KELVIN'],"
                    + "'description':'The other\\nHow warm\\nc: Celsius'}}"));
  }

  @Description("A place")
  record Place(@Description("City, e.g. Oslo") String city) {}

  record Trip(
      @Description("Where from") Place from,
      @JsonProperty("to-day") @JsonPropertyDescription("When") String day) {}

  @Test
  void saysDescriptionsAndNames() {
    assertThat(JsonSchema.from(Place.class).json())
        .isEqualTo(
            json("{'type':'object','description':'A place','properties':{'city':"
                    + "{'type':'string','description':'City, e.g. Oslo'}},"
                    + "'required':['city'],'additionalProperties':false}")
                .toString());
    assertThat(properties(Trip.class))
        .isEqualTo(
            json(
                "{'from':{'description':'Where from','type':'object','properties':{'city':"
                    + "{'type':'string','description':'City, e.g. Oslo'}},"
                    + "'required':['city'],'additionalProperties':false},"
                    + "'to-day':{'type':'string','description':'When'}}"));
  }

  record Tree(String name, List<Tree> children) {}

  record Forest(Tree first, Optional<Forest> next) {}

  @Test
  void refersToWhatContainsItself() {
    assertThat(JsonSchema.from(Tree.class).node().at("/properties/children"))
        .isEqualTo(json("{'type':'array','items':{'$ref':'#'}}"));
    var forest = JsonSchema.from(Forest.class);
    assertThat(forest.node().at("/properties"))
        .isEqualTo(json("{'first':{'$ref':'#/$defs/Tree'},'next':{'$ref':'#'}}"));
    assertThat(forest.node().at("/$defs/Tree/properties/children/items"))
        .isEqualTo(json("{'$ref':'#/$defs/Tree'}"));
    assertThat(
            forest.validate(json("{'first':{'name':'a','children':[{'name':1,'children':[]}]}}")))
        .containsExactly(
            new Violation("/first/children/0/name", "expected string but found integer"));
  }

  record Page<T>(List<T> items, Optional<T> best) {}

  record Pages(Page<Place> places, Page<Integer> numbers) {}

  @Test
  void resolvesTypeVariables() {
    var pages = JsonSchema.from(Pages.class).node();
    assertThat(pages.at("/properties/numbers/properties/items/items"))
        .isEqualTo(json("{'type':'integer'}"));
    assertThat(pages.at("/properties/places/properties/best"))
        .isEqualTo(json("{'$ref':'#/$defs/Place'}"));
    Type pageOfText = new TypeReference<Page<String>>() {}.getType();
    assertThat(JsonSchema.from(pageOfText).node().at("/properties/best"))
        .isEqualTo(json("{'type':'string'}"));
  }

  static final class Left {
    record Item(int left) {}
  }

  static final class Right {
    record Item(String right) {}
  }

  record Both(List<Left.Item> a, Left.Item b, List<Right.Item> c, Right.Item d) {}

  @Test
  void tellsTypesOfTheSameNameApart() {
    assertThat(JsonSchema.from(Both.class).node().at("/$defs").propertyNames())
        .containsExactly("Item", "Item2");
  }

  sealed interface Step {
    record HTTPCall(URI url) implements Step {}

    record Wait(int seconds) implements Step {}

    sealed interface Group extends Step {}

    record AllOf(List<Step> steps) implements Group {}
  }

  record Plan(List<Step> steps) {}

  @Test
  void describesASealedInterfaceByADiscriminator() {
    var step = JsonSchema.from(Plan.class).node().at("/$defs/Step/anyOf");
    assertThat(step)
        .extracting(member -> member.at("/properties/type/const").asString())
        .containsExactly("http_call", "wait", "all_of");
    assertThat(step.get(1))
        .isEqualTo(
            json(
                "{'type':'object','properties':{'type':{'type':'string','const':'wait'},"
                    + "'seconds':{'type':'integer'}},'required':['type','seconds'],"
                    + "'additionalProperties':false}"));
    assertThat(step.at("/2/properties/steps/items")).isEqualTo(json("{'$ref':'#/$defs/Step'}"));
  }

  @Test
  void describesAMemberByItselfWithoutADiscriminator() {
    assertThat(properties(Step.Wait.class)).isEqualTo(json("{'seconds':{'type':'integer'}}"));
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes(@JsonSubTypes.Type(value = Cat.class, name = "felis"))
  sealed interface Animal {}

  record Cat(String type) implements Animal {}

  @JsonTypeName("canis")
  record Dog(String name) implements Animal {}

  record Zoo(Animal animal) {}

  @Test
  void honoursJacksonsNamesOfAUnion() {
    var members = JsonSchema.from(Zoo.class).node().at("/properties/animal/anyOf");
    assertThat(members)
        .extracting(member -> member.at("/properties/kind/const").asString())
        .containsExactly("felis", "canis");
  }

  record Nothing() {}

  @Test
  void describesATopLevelWithoutProperties() {
    assertThat(JsonSchema.from(Nothing.class).json())
        .isEqualTo("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}");
    assertThat(JsonSchema.from(new TypeReference<Map<String, Integer>>() {}.getType()).json())
        .isEqualTo("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}");
  }

  record Dated(Date when) {}

  record Deep(Map<String, List<Dated>> dated) {}

  record Bytes(byte[] data) {}

  record Anything(Object value) {}

  record Keys(Map<Integer, String> map) {}

  record Growing(ArrayList<String> list) {}

  record RawList(@SuppressWarnings("rawtypes") List list) {}

  record MaybeMany(List<Optional<String>> list) {}

  record Plain(StringBuilder text) {}

  record Ignoring(@JsonIgnore String secret) {}

  record Formatted(@JsonFormat(pattern = "yyyy") LocalDate year) {}

  record Twice(String a, @JsonProperty("a") String b) {}

  record Endless<T>(Optional<Endless<List<T>>> next) {}

  enum Empty {}

  record HasEmpty(Empty empty) {}

  sealed interface Typed {}

  record Clash(String type) implements Typed {}

  record HasClash(Typed typed) {}

  @Test
  void refusesWhatItCannotDescribeAndSaysWhereAndWhatToDo() {
    assertRefused(
        Dated.class, "Dated.when: java.util.Date is not supported; use java.time.Instant");
    assertRefused(Deep.class, "Dated.when: java.util.Date");
    assertRefused(Bytes.class, "Bytes.data: byte[] is not supported; use a String in base64");
    assertRefused(Anything.class, "Anything.value: java.lang.Object is not supported; use tools");
    assertRefused(Keys.class, "Keys.map: java.util.Map is not supported; use Map<String, V>");
    assertRefused(Growing.class, "Growing.list: java.util.ArrayList is not supported; use List");
    assertRefused(RawList.class, "RawList.list[]: java.lang.Object");
    assertRefused(MaybeMany.class, "MaybeMany.list[]: java.util.Optional");
    assertRefused(
        Plain.class, "Plain.text: java.lang.StringBuilder is not supported; use a record");
    assertRefused(Ignoring.class, "Ignoring: @JsonIgnore on ");
    assertRefused(Formatted.class, "Formatted: @JsonFormat on ");
    assertRefused(Twice.class, "Twice.b: property 'a' is there twice");
    assertRefused(Endless.class, "more than 500 types");
    assertRefused(HasEmpty.class, "HasEmpty.empty: ");
    assertRefused(HasClash.class, "Clash.type: property 'type' is there twice");
  }

  @ParameterizedTest
  @ValueSource(classes = {String.class, Step.class, Unit.class, int[].class, JsonNode.class})
  void refusesATopLevelThatIsNoObject(Class<?> type) {
    assertRefused(type, "wrap it in a record");
  }

  private static void assertRefused(Class<?> type, String message) {
    assertThatThrownBy(() -> JsonSchema.from(type))
        .isInstanceOf(InvalidSchemaException.class)
        .hasMessageContaining(message);
  }

  private static JsonNode properties(Class<?> type) {
    return JsonSchema.from(type).node().get("properties");
  }
}
