package dev.millrace.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.agent.schema.Description;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Annotated methods of an object are tools like any other. */
class MethodToolsTest {
  enum Unit {
    CELSIUS,
    KELVIN
  }

  record Place(String city, OptionalInt district) {}

  /** What a user would write. */
  public static class Weather {
    @ToolMethod("Current weather in a city.")
    public String getWeather(
        @Description("City, e.g. Oslo") String city,
        Unit unit,
        Optional<String> language,
        OptionalInt days,
        @Nullable Boolean isBrief) {
      return city + " " + unit + " " + language + " " + days + " " + isBrief;
    }

    @ToolMethod(
        value = "Warns people.",
        name = "warn",
        traits = {ToolTraits.Trait.EXCLUSIVE})
    public int warnThem(List<Place> places, @JsonProperty("how_loud") int loudness) {
      return places.size() * loudness;
    }

    @ToolMethod("Fails.")
    public void fail() throws ToolFailure {
      throw new ToolFailure("try tomorrow");
    }

    @ToolMethod("Tells which call it is.")
    public static String identify(ToolContext context) {
      return context.toolUseId();
    }

    public String notATool(String text) {
      return text;
    }
  }

  private final Toolbox tools = Toolbox.fromMethods(new Weather());

  @Test
  void areNamedInSnakeCaseAndStandInAFixedOrder() {
    assertThat(tools.names()).containsExactly("fail", "get_weather", "identify", "warn");
  }

  @Test
  void haveTheirParametersAsTheInput() {
    assertThat(schema("get_weather"))
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"description\":"
                + "\"City, e.g. Oslo\"},\"unit\":{\"type\":\"string\",\"enum\":[\"CELSIUS\","
                + "\"KELVIN\"]},\"language\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\"},"
                + "\"isBrief\":{\"type\":\"boolean\"}},\"required\":[\"city\",\"unit\"],"
                + "\"additionalProperties\":false}");
    assertThat(schema("warn")).contains("\"how_loud\"").contains("\"required\":[\"places\"");
    assertThat(schema("identify")).contains("\"properties\":{}");
  }

  @Test
  void areCalledWithWhatTheModelWrote() {
    assertThat(call("get_weather", "{'city':'Oslo','unit':'KELVIN','days':3}"))
        .isEqualTo("Oslo KELVIN Optional.empty OptionalInt[3] null");
    assertThat(
            call("get_weather", "{'city':'Oslo','unit':'KELVIN','language':'no','isBrief':true}"))
        .isEqualTo("Oslo KELVIN Optional[no] OptionalInt.empty true");
    assertThat(call("warn", "{'places':[{'city':'Oslo'},{'city':'Bergen'}],'how_loud':4}"))
        .isEqualTo("8");
    assertThat(call("identify", "{}")).isEqualTo("id-identify");
    assertThat(call("fail", "{}")).isEqualTo("try tomorrow");
  }

  @Test
  void areRefusedWhatTheirTypesCannotHold() {
    assertThat(call("get_weather", "{'city':'Oslo','unit':'KELVIN','days':3000000000}"))
        .startsWith("Not run: the input is refused.\n/days: ");
    assertThat(call("get_weather", "{'city':'Oslo'}")).contains("required property 'unit'");
  }

  @Test
  void haveTheTraitsThatTheySay() {
    assertThat(tools.find("warn").orElseThrow().spec().traits().isExclusive()).isTrue();
    assertThat(tools.find("fail").orElseThrow().spec().traits()).isEqualTo(ToolTraits.DEFAULT);
  }

  /** What a framework makes of a class to put something around its methods. */
  static class Proxy extends Weather {
    @Override
    public String getWeather(
        String arg0, Unit arg1, Optional<String> arg2, OptionalInt arg3, @Nullable Boolean arg4) {
      return "proxied " + super.getWeather(arg0, arg1, arg2, arg3, arg4);
    }
  }

  interface Greeter {
    @ToolMethod("Greets somebody.")
    String greet(@Description("whom") String name);
  }

  @Test
  void areFoundBehindAProxyAndCalledThroughIt() {
    var proxied = Toolbox.fromMethods(new Proxy());
    assertThat(proxied.definitions()).isEqualTo(tools.definitions());
    assertThat(call(proxied, "get_weather", "{'city':'Oslo','unit':'KELVIN'}"))
        .startsWith("proxied Oslo KELVIN");
    var greeter = Toolbox.fromMethods((Greeter) name -> "hello " + name);
    assertThat(call(greeter, "greet", "{'name':'you'}")).isEqualTo("hello you");
  }

  @Test
  void mustBeThere() {
    assertThatThrownBy(() -> Toolbox.fromMethods("text"))
        .hasMessage("java.lang.String has no public method with @ToolMethod");
  }

  @Test
  void canStandBesideOtherTools() {
    assertThat(tools.plus(Toolbox.of(Turn.says("other"))).names()).endsWith("warn", "other");
    assertThatThrownBy(() -> tools.plus(tools)).hasMessageContaining("two tools are named");
  }

  private String schema(String name) {
    return tools.find(name).orElseThrow().spec().inputSchema().json();
  }

  private String call(String name, String input) {
    return call(tools, name, input);
  }

  private static String call(Toolbox tools, String name, String input) {
    var turn = Turn.of(tools.tools().stream().map(RegisteredTool::tool).toArray(Tool[]::new));
    return Turn.texts(turn.run(turn.prepare(Turn.use(name, input)))).get(0);
  }
}
