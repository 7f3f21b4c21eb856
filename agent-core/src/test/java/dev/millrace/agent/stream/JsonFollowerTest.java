package dev.millrace.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.agent.stream.JsonChange.Appended;
import dev.millrace.agent.stream.JsonChange.Closed;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonFollowerTest {

  @Test
  void tellsWhatWasAppendedAndWhatIsFinal() {
    PartialJson json = new PartialJson();
    JsonFollower follower = json.follow();
    assertThat(follower.changes()).isEmpty();

    json.append("{\"path\":\"a.t");
    assertThat(shown(follower)).containsExactly("/path + a.t");

    json.append("xt\",\"con");
    assertThat(shown(follower)).containsExactly("/path + xt", "/path = \"a.txt\"");

    json.append("tent\":\"gr\\u00");
    assertThat(shown(follower)).containsExactly("/content + gr");

    json.append("fc");
    assertThat(shown(follower)).containsExactly("/content + ü");
    assertThat(shown(follower)).isEmpty();

    json.append("\"}");
    assertThat(shown(follower))
        .containsExactly("/content = \"grü\"", " = {\"path\":\"a.txt\",\"content\":\"grü\"}");
  }

  @Test
  void tellsInnerValuesBeforeTheOnesThatHoldThem() {
    PartialJson json = new PartialJson();
    json.append("{\"a\":[1,true,{\"b\":null}],\"c\":-0.50 }");
    assertThat(shown(json.follow()))
        .containsExactly(
            "/a/0 = 1",
            "/a/1 = true",
            "/a/2/b = null",
            "/a/2 = {\"b\":null}",
            "/a = [1,true,{\"b\":null}]",
            "/c = -0.50",
            " = {\"a\":[1,true,{\"b\":null}],\"c\":-0.50}");
  }

  @Test
  @Tag("C15")
  void tellsOfANumberOnlyWhenItCannotGoOn() {
    PartialJson json = new PartialJson();
    JsonFollower follower = json.follow();
    json.append("{\"amount\":1");
    assertThat(shown(follower)).isEmpty();
    json.append("00");
    assertThat(shown(follower)).isEmpty();
    json.append(",");
    assertThat(shown(follower)).containsExactly("/amount = 100");
  }

  @Test
  void tellsNothingAfterAFault() {
    PartialJson json = new PartialJson();
    JsonFollower follower = json.follow();
    json.append("{\"a\":1,b");
    assertThat(shown(follower)).containsExactly("/a = 1");
    json.append("\"c\":2}");
    assertThat(shown(follower)).isEmpty();
  }

  @Test
  void letsEachFollowerGoItsOwnWay() {
    PartialJson json = new PartialJson();
    JsonFollower first = json.follow();
    json.append("{\"a\":\"x");
    assertThat(shown(first)).containsExactly("/a + x");
    JsonFollower second = json.follow();
    json.append("y");
    assertThat(shown(first)).containsExactly("/a + y");
    assertThat(shown(second)).containsExactly("/a + xy");
  }

  @Test
  void reportsLoneSurrogatesWhicheverViewerMeetsThemFirst() {
    PartialJson json = new PartialJson();
    json.append("{\"a\":\"\\ud83dx");
    assertThat(shown(json.follow())).containsExactly("/a + \uFFFDx");
    assertThat(json.fault()).map(JsonFault::kind).contains(JsonFault.Kind.LONE_SURROGATE);
  }

  @Test
  void tellsTheSameStoryHoweverTheTextIsCut() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      String text = RandomJson.object(random);
      PartialJson whole = new PartialJson();
      whole.append(text);
      Story expected = new Story();
      expected.add(whole.follow().changes());

      PartialJson json = new PartialJson();
      JsonFollower follower = json.follow();
      Story story = new Story();
      int at = 0;
      while (at < text.length()) {
        int to = Math.min(text.length(), at + random.nextInt(9));
        json.append(text.substring(at, to));
        story.add(follower.changes());
        at = to;
      }
      assertThat(story).as("seed %d: %s", seed, text).isEqualTo(expected);
      story.assertMatches(JsonPrefix.MAPPER.readTree(text));
    }
  }

  @Test
  @Tag("A12")
  void needsNoMoreRoomForManyStringsThatCameAtOnceThanForTheirText() {
    int members = 20_000;
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < members; i++) {
      text.append(i == 0 ? "" : ",").append("\"key").append(i).append("\":\"v\"");
    }
    PartialJson json = new PartialJson();
    json.append(text.append('}').toString());
    var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    assertThat(json.follow().changes()).hasSize(2 * members + 1);
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(100L * text.length());
  }

  @Test
  void tellsOfHalvesOfPairsWhatTheWholeInputSaysOfThem() {
    String[] pieces = {
      "a", "\\n", "\\\\", "\\u00e9", "\uD83D", "\uDE42", "\\ud83d", "\\uDE42", "\\/ud83d"
    };
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder("{\"a\":\"");
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      text.append("\"}");
      PartialJson json = new PartialJson();
      JsonFollower follower = json.follow();
      Story story = new Story();
      for (int at = 0; at < text.length(); ) {
        int to = Math.min(text.length(), at + 1 + random.nextInt(5));
        json.append(text.substring(at, to));
        story.add(follower.changes());
        at = to;
      }
      var whole =
          switch (json.complete()) {
            case StrictJson.Whole(var input) -> input;
            case StrictJson.Refused(var fault, var repaired) -> repaired.orElseThrow();
          };
      story.assertMatches(whole.node());
    }
  }

  private record Story(
      Map<String, StringBuilder> texts, List<String> pointers, List<JsonNode> values) {
    Story() {
      this(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(List<JsonChange> changes) {
      for (JsonChange change : changes) {
        switch (change) {
          case Appended(var pointer, var text) -> {
            assertThat(text).isNotEmpty();
            texts.computeIfAbsent(pointer, p -> new StringBuilder()).append(text);
          }
          case Closed closed -> {
            pointers.add(closed.pointer());
            values.add(closed.value());
          }
        }
      }
    }

    void assertMatches(JsonNode tree) {
      for (int i = 0; i < pointers.size(); i++) {
        assertThat(values.get(i)).isEqualTo(tree.at(pointers.get(i)));
      }
      texts.forEach((at, text) -> assertThat(text).hasToString(tree.at(at).asString()));
      assertThat(pointers.get(pointers.size() - 1)).isEmpty();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Story that
          && texts.toString().equals(that.texts.toString())
          && pointers.equals(that.pointers)
          && values.equals(that.values);
    }

    @Override
    public int hashCode() {
      return pointers.hashCode();
    }
  }

  private static List<String> shown(JsonFollower follower) {
    return follower.changes().stream()
        .map(change ->
            switch (change) {
              case Appended(var pointer, var text) -> pointer + " + " + text;
              case Closed closed -> closed.pointer() + " = " + closed.value();
            })
        .toList();
  }
}
