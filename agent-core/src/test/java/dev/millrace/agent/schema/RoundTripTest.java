package dev.millrace.agent.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;

/** Any value of every supported shape: written, found valid, read back, and the same. */
class RoundTripTest {
  enum Color {
    RED,
    @JsonProperty("sky blue")
    BLUE
  }

  sealed interface Expr {}

  record Num(double value) implements Expr {}

  record Add(Expr left, Expr right) implements Expr {}

  record Named(@JsonProperty("the name") String name, @Nullable Expr of) implements Expr {}

  record Pair<A, B>(A first, Optional<B> second) {}

  record Times(
      Instant instant,
      OffsetDateTime offset,
      LocalDate date,
      LocalDateTime local,
      Duration length) {}

  record Numbers(byte b, short s, int i, long l, float f, double d, BigInteger bi, BigDecimal bd) {}

  record Everything(
      String text,
      boolean flag,
      Numbers numbers,
      Times times,
      UUID id,
      URI uri,
      Color color,
      Expr expr,
      Optional<Color> maybeColor,
      OptionalInt maybeInt,
      @Nullable String maybeText,
      List<Pair<String, Integer>> pairs,
      Set<Long> set,
      Map<String, List<Num>> map,
      Pair<Color, Expr> generic,
      Optional<Everything> nested) {}

  private static final JsonSchema SCHEMA = JsonSchema.from(Everything.class);
  private static final JsonSchema SCHEMA_READ_AGAIN = JsonSchema.of(SCHEMA.json());
  private static final Binding<Everything> BINDING = Binding.to(Everything.class);

  @RepeatedTest(20)
  void comesBackAsItWas() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      var value = everything(random, 2);
      var json = Json.parse(BINDING.json(value));
      assertThat(SCHEMA.validate(json)).as("seed %d: %s", seed, json).isEmpty();
      assertThat(SCHEMA_READ_AGAIN.validate(json)).as("seed %d: %s", seed, json).isEmpty();
      assertThat(BINDING.bind(json)).as("seed %d: %s", seed, json).isEqualTo(value);
    }
  }

  private static Everything everything(Random random, int depth) {
    return new Everything(
        text(random),
        random.nextBoolean(),
        numbers(random),
        times(random),
        new UUID(random.nextLong(), random.nextLong()),
        URI.create("https://example.org/" + random.nextInt()),
        color(random),
        expr(random, 3),
        maybe(random, () -> color(random)),
        random.nextBoolean() ? OptionalInt.of(random.nextInt()) : OptionalInt.empty(),
        random.nextBoolean() ? text(random) : null,
        list(random, () -> new Pair<>(text(random), maybe(random, random::nextInt))),
        Set.copyOf(list(random, random::nextLong)),
        map(random),
        new Pair<>(color(random), maybe(random, () -> expr(random, 2))),
        depth == 0 ? Optional.empty() : maybe(random, () -> everything(random, depth - 1)));
  }

  private static Numbers numbers(Random random) {
    return new Numbers(
        (byte) random.nextInt(),
        (short) random.nextInt(),
        random.nextInt(),
        random.nextLong(),
        random.nextInt() / 1000f,
        random.nextGaussian() * Math.pow(10, random.nextInt(-300, 300)),
        new BigInteger(200, random),
        new BigDecimal(new BigInteger(100, random), random.nextInt(-20, 60)));
  }

  private static Times times(Random random) {
    long second = random.nextLong(0, 4_000_000_000L);
    var local = LocalDateTime.ofEpochSecond(second, random.nextInt(1_000_000_000), ZoneOffset.UTC);
    return new Times(
        local.toInstant(ZoneOffset.UTC),
        local.atOffset(ZoneOffset.ofHoursMinutes(random.nextInt(0, 14), 30)),
        local.toLocalDate(),
        local,
        Duration.ofSeconds(random.nextLong(-1_000_000, 1_000_000), random.nextInt(1_000_000_000)));
  }

  private static Expr expr(Random random, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(3)) {
      case 0 -> new Num(random.nextInt() / 8.0);
      case 1 -> new Add(expr(random, depth - 1), expr(random, depth - 1));
      default -> new Named(text(random), random.nextBoolean() ? expr(random, depth - 1) : null);
    };
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(12), 1, 0x11000)
        .filter(c -> c < 0xD800 || c > 0xDFFF)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Color color(Random random) {
    return Color.values()[random.nextInt(2)];
  }

  private static <T> Optional<T> maybe(Random random, Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private static <T> List<T> list(Random random, Supplier<T> value) {
    var list = new ArrayList<T>();
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      list.add(value.get());
    }
    return list;
  }

  private static Map<String, List<Num>> map(Random random) {
    Map<String, List<Num>> map = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      map.put(text(random), list(random, () -> new Num(random.nextDouble())));
    }
    return map;
  }
}
