package dev.millrace.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.message.ContentBlock.ToolUse;
import dev.millrace.agent.message.RawJson;
import dev.millrace.agent.schema.JsonSchema;
import dev.millrace.agent.tool.ToolPolicy.Decision;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies that come with the library, one by one and together. */
class ToolPolicyTest {
  private static final ToolTraits PLAIN = ToolTraits.DEFAULT;

  @Test
  void byDefaultAllIsAllowedButWhatNeedsApproval() {
    assertThat(decide(ToolPolicy.DEFAULT, PLAIN)).isInstanceOf(Decision.Allow.class);
    assertThat(decide(ToolPolicy.DEFAULT, PLAIN.needingApproval()))
        .isEqualTo(ToolPolicy.pause("\"write\" needs approval"));
    assertThat(decide(ToolPolicy.ALLOW_ALL, PLAIN.needingApproval()))
        .isInstanceOf(Decision.Allow.class);
  }

  @Test
  void whatIsNotReadOnlyIsAskedFor() {
    var policy = ToolPolicy.askUnlessReadOnly();
    assertThat(decide(policy, PLAIN.readOnly())).isInstanceOf(Decision.Allow.class);
    assertThat(decide(policy, PLAIN.repeatable())).isInstanceOf(Decision.Pause.class);
  }

  @Test
  void toolsAreDeniedByTheirNames() {
    assertThat(decide(ToolPolicy.denyTools("other", "write"), PLAIN))
        .isInstanceOf(Decision.Deny.class);
    assertThat(decide(ToolPolicy.denyTools("other"), PLAIN)).isInstanceOf(Decision.Allow.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secrets/key.txt",
        "./secrets/a/b",
        "SECRETS/key.txt",
        "x/../secrets/key",
        "/secrets/key",
        "secrets\\key",
        "a/.env",
        ".env"
      })
  void pathsAreDeniedHoweverTheyAreWritten(String path) {
    var policy = ToolPolicy.denyPaths("secrets/**", "**/.env", ".env");
    assertThat(decide(policy, path)).isInstanceOf(Decision.Deny.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"public/key.txt", "secrets.txt", "my/secrets", "", "a\u0000b"})
  void otherPathsAreAllowed(String path) {
    assertThat(decide(ToolPolicy.denyPaths("secrets/**", ".env"), path))
        .isInstanceOf(Decision.Allow.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.test/x",
        "http://a.b.evil.test:8080/",
        "evil.test",
        "EVIL.TEST.",
        "https://good.test@evil.test/",
        "//evil.test/x",
        "https://sub_1.evil.test/?q=1"
      })
  void hostsAreDeniedWithAllBelowThem(String text) {
    assertThat(decide(ToolPolicy.denyHosts("evil.test"), text)).isInstanceOf(Decision.Deny.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://good.test/evil.test", "notevil.test", "https://evil.test.good/", "{}"})
  void otherHostsAreAllowed(String text) {
    assertThat(decide(ToolPolicy.denyHosts("evil.test"), text)).isInstanceOf(Decision.Allow.class);
  }

  @Test
  void stringsAreFoundAtAnyDepth() {
    var input = RawJson.parse("{\"edits\":[{\"more\":{\"path\":\"secrets/x\"}}]}");
    assertThat(ToolPolicy.denyPaths("secrets/*").decide(use(input), spec(PLAIN)))
        .isInstanceOf(Decision.Deny.class);
  }

  @ParameterizedTest
  @CsvSource({
    "allow, allow, Allow",
    "allow, pause, Pause",
    "pause, allow, Pause",
    "pause, pause, Pause",
    "pause, deny, Deny",
    "deny, pause, Deny",
    "allow, deny, Deny",
    "deny, allow, Deny"
  })
  void theStricterOfTwoPoliciesDecides(String first, String second, String decision) {
    var both = policy(first).and(policy(second));
    assertThat(decide(both, PLAIN).getClass().getSimpleName()).isEqualTo(decision);
  }

  private static ToolPolicy policy(String decision) {
    return (use, tool) ->
        switch (decision) {
          case "allow" -> ToolPolicy.allow();
          case "pause" -> ToolPolicy.pause("ask");
          default -> ToolPolicy.deny("no");
        };
  }

  private static Decision decide(ToolPolicy policy, ToolTraits traits) {
    return policy.decide(use(RawJson.EMPTY_OBJECT), spec(traits));
  }

  private static Decision decide(ToolPolicy policy, String text) {
    return policy.decide(use(RawJson.object(Map.of("what", RawJson.ofString(text)))), spec(PLAIN));
  }

  private static ToolUse use(RawJson input) {
    return new ToolUse("toolu_1", "write", input);
  }

  private static ToolSpec spec(ToolTraits traits) {
    return new ToolSpec(
        "write", "Writes.", JsonSchema.of("{\"type\":\"object\"}"), traits, Optional.empty());
  }
}
