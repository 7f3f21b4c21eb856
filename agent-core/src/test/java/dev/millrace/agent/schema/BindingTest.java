package dev.millrace.agent.schema;

import static dev.millrace.agent.schema.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.type.TypeReference;

class BindingTest {
  record Edit(String old, @JsonProperty("new") String replacement) {
    Edit {
      if (old.isEmpty()) {
        throw new IllegalArgumentException("old must not be empty");
      }
    }
  }

  record Edits(String path, List<Edit> edits, Map<String, Edit> named) {}

  record Words(String first, String... others) {}

  @Test
  void makesARecordWhoseLastComponentsAreMany() {
    var words = Binding.to(Words.class).bind(json("{'first':'a','others':['b','c']}"));
    assertThat(words.first()).isEqualTo("a");
    assertThat(words.others()).containsExactly("b", "c");
  }

  @Test
  void makesTheRecordOfAnInput() {
    assertThat(
            Binding.to(Edits.class)
                .bind(json("{'path':'a','edits':[{'old':'x','new':'y'}],'named':{}}")))
        .isEqualTo(new Edits("a", List.of(new Edit("x", "y")), Map.of()));
  }

  @Test
  void tellsWhatTheConstructorRefusedAndWhere() {
    var binding = Binding.to(Edits.class);
    var refused =
        catchThrowableOfType(
            BindingException.class,
            () ->
                binding.bind(json("{'path':'a','edits':[],'named':{'a/b':{'old':'','new':'y'}}}")));
    assertThat(refused)
        .hasMessage("/named/a~1b: old must not be empty")
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThat(refused.violation())
        .isEqualTo(new Violation("/named/a~1b", "old must not be empty"));
  }

  @Test
  void reportsTheWholeInputWhenItsOwnConstructorRefuses() {
    assertThatThrownBy(() -> Binding.to(Edit.class).bind(json("{'old':'','new':''}")))
        .isInstanceOf(BindingException.class)
        .hasMessage("old must not be empty");
  }

  record Numbers(
      @Nullable Integer i,
      @Nullable Long l,
      @Nullable Short s,
      @Nullable Byte b,
      @Nullable Double d,
      @Nullable Float f,
      @Nullable BigInteger bi,
      @Nullable BigDecimal bd,
      OptionalInt oi,
      int @Nullable [] is,
      double @Nullable [] ds) {}

  @ParameterizedTest
  @CsvSource({
    "i, 5.0",
    "i, 5e0",
    "i, -2147483648",
    "l, 9223372036854775807",
    "l, 9007199254740993",
    "s, 32767",
    "b, -128",
    "d, 0.1",
    "d, 1e308",
    "d, 9007199254740992",
    "f, 0.1",
    "f, 16777216",
    "bi, 1180591620717411303424",
    "bi, 12.0",
    "bd, 0.10000000000000000000000000000001",
    "bd, 1.10",
    "oi, 5.0",
    "is, '[1,2.0]'",
    "ds, '[1,0.5]'"
  })
  @Tag("C12")
  void holdsNumbersExactly(String property, String value) {
    var binding = Binding.to(Numbers.class);
    var written = binding.node(binding.bind(json("{'" + property + "':" + value + "}")));
    var expected = json(value);
    assertThat(written.get(property))
        .usingComparator((a, b) -> sameNumbers(a.toString(), b.toString()) ? 0 : 1)
        .isEqualTo(expected);
  }

  private static boolean sameNumbers(String a, String b) {
    return a.startsWith("[")
        ? a.replace(".0", "").equals(b.replace(".0", ""))
        : new BigDecimal(a).compareTo(new BigDecimal(b)) == 0;
  }

  @ParameterizedTest
  @CsvSource({
    "i, 2147483648",
    "i, 3e9",
    "i, 5.5",
    "i, 1180591620717411303424",
    "i, 1e999999999",
    "l, 9223372036854775808",
    "s, 32768",
    "b, 128",
    "d, 1e400",
    "d, 9007199254740993",
    "f, 1e39",
    "f, 16777217",
    "bi, 1.5",
    "bi, 1e999999999",
    "oi, 2147483648",
    "i, '\"5\"'",
    "i, true",
    "d, '\"1\"'",
    "bd, '\"1\"'"
  })
  @Tag("C05")
  @Tag("C12")
  void refusesANumberThatTheTypeCannotHold(String property, String value) {
    assertThatThrownBy(
            () -> Binding.to(Numbers.class).bind(json("{'" + property + "':" + value + "}")))
        .isInstanceOf(BindingException.class)
        .hasMessageStartingWith("/" + property + ": ");
  }

  @Test
  void namesTheElementThatDoesNotFit() {
    assertThatThrownBy(() -> Binding.to(Numbers.class).bind(json("{'is':[1,3e9]}")))
        .isInstanceOf(BindingException.class)
        .hasMessage("/is/1: 3E+9 cannot be held exactly by the type int");
  }

  record Maybe(Optional<String> a, OptionalInt b, @Nullable String c, List<String> d) {}

  @Test
  void fillsInWhatIsAbsent() {
    assertThat(Binding.to(Maybe.class).bind(json("{'d':[]}")))
        .isEqualTo(new Maybe(Optional.empty(), OptionalInt.empty(), null, List.of()));
  }

  @Test
  void inventsNothingThatIsRequired() {
    assertThatThrownBy(() -> Binding.to(Maybe.class).bind(json("{}")))
        .isInstanceOf(BindingException.class)
        .hasMessageContaining("/d: ");
  }

  record Strict(String s, boolean b, int i, Level level, LocalDate date) {}

  enum Level {
    LOW,
    @JsonProperty("high!")
    HIGH;

    @Override
    public String toString() {
      return "level " + ordinal();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s, 5",
    "s, true",
    "b, '\"true\"'",
    "b, 1",
    "i, null",
    "level, 0",
    "level, '\"HIGH\"'",
    "level, '\"low\"'",
    "level, '\"\"'",
    "date, '\"\"'",
    "date, '\"2026-13-01\"'",
    "extra, 1"
  })
  @Tag("C11")
  void coercesNothing(String property, String value) {
    var input =
        (tools.jackson.databind.node.ObjectNode)
            json("{'s':'','b':true,'i':1,'level':'high!','date':'2026-01-31'}");
    var binding = Binding.to(Strict.class);
    assertThat(binding.bind(input))
        .isEqualTo(new Strict("", true, 1, Level.HIGH, LocalDate.of(2026, 1, 31)));
    input.set(property, json(value));
    assertThatThrownBy(() -> binding.bind(input))
        .isInstanceOfSatisfying(
            BindingException.class, e -> assertThat(e.pointer()).isEqualTo("/" + property));
  }

  @Test
  void saysInPlainWordsWhatIsNoDate() {
    assertThatThrownBy(() ->
            Binding.to(Strict.class)
                .bind(json("{'s':'','b':true,'i':1,'level':'LOW','date':'2026-13-01'}")))
        .hasMessage("/date: '2026-13-01' is not a valid LocalDate");
  }

  sealed interface Shape {}

  record Circle(double radius) implements Shape {}

  record Frame(Shape inner, OptionalInt width) implements Shape {}

  record Drawing(Shape shape) {}

  @Test
  void readsAndWritesAUnionByItsDiscriminator() {
    var binding = Binding.to(Drawing.class);
    var drawing = new Drawing(new Frame(new Circle(0.5), OptionalInt.of(2)));
    String text =
        "{\"shape\":{\"type\":\"frame\",\"inner\":{\"type\":\"circle\",\"radius\":0.5},"
            + "\"width\":2}}";
    assertThat(binding.json(drawing)).isEqualTo(text);
    assertThat(binding.bind(json(text))).isEqualTo(drawing);
    assertThat(
            binding.bind(
                json(
                    "{'shape':{'width':2,'inner':{'radius':0.5,'type':'circle'},'type':'frame'}}")))
        .as("the discriminator may come last")
        .isEqualTo(drawing);
    assertThat(Binding.to(Shape.class).json(new Circle(1)))
        .isEqualTo("{\"type\":\"circle\",\"radius\":1.0}");
    assertThat(Binding.to(Circle.class).bind(json("{'radius':1}"))).isEqualTo(new Circle(1));
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes(@JsonSubTypes.Type(value = Cat.class, name = "felis"))
  sealed interface Animal {}

  record Cat(String type) implements Animal {}

  record Zoo(List<Animal> animals) {}

  @Test
  void readsAUnionThatJacksonNames() {
    var binding = Binding.to(Zoo.class);
    var zoo = new Zoo(List.of(new Cat("tabby")));
    assertThat(binding.json(zoo))
        .isEqualTo("{\"animals\":[{\"kind\":\"felis\",\"type\":\"tabby\"}]}");
    assertThat(binding.bind(binding.node(zoo))).isEqualTo(zoo);
    assertThatThrownBy(() -> binding.bind(json("{'animals':[{'kind':'dog','type':'x'}]}")))
        .isInstanceOfSatisfying(
            BindingException.class, e -> assertThat(e.pointer()).startsWith("/animals/0"));
  }

  record Page<T>(List<T> items) {}

  @Test
  void bindsGenericTypes() {
    var type = new TypeReference<Page<Edit>>() {}.getType();
    assertThat(Binding.to(type).bind(json("{'items':[{'old':'a','new':'b'}]}")))
        .isEqualTo(new Page<>(List.of(new Edit("a", "b"))));
  }

  record At(OffsetDateTime at) {}

  @Test
  void keepsTheOffsetOfATime() {
    var at = new At(OffsetDateTime.parse("2026-01-31T09:30:00+05:30"));
    assertThat(Binding.to(At.class).bind(json("{'at':'2026-01-31T09:30:00+05:30'}"))).isEqualTo(at);
    assertThat(Binding.to(At.class).json(at)).isEqualTo("{\"at\":\"2026-01-31T09:30:00+05:30\"}");
  }

  record Selfish(String text) {
    @Override
    public String text() {
      throw new IllegalStateException("no text today");
    }
  }

  @Test
  void writesAnyOutputByTheSameRules() {
    var binding = Binding.to(At.class);
    assertThat(binding.jsonOf(new Maybe(Optional.of("x"), OptionalInt.empty(), null, List.of())))
        .isEqualTo("{\"a\":\"x\",\"d\":[]}");
    assertThat(binding.jsonOf(List.of(Level.HIGH, 1.5, LocalDate.of(2026, 1, 31))))
        .isEqualTo("[\"high!\",1.5,\"2026-01-31\"]");
    assertThatThrownBy(() -> binding.jsonOf(List.of(new Selfish("x"))))
        .isInstanceOf(BindingException.class)
        .hasMessageContaining("/0/text: ")
        .hasMessageContaining("no text today");
  }

  @Test
  void refusesNull() {
    assertThatThrownBy(() -> Binding.to(At.class).bind(json("null")))
        .isInstanceOf(BindingException.class);
  }
}
