package dev.millrace.testkit.rules;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The Messages API's own checks of a request: what it refuses, and in which words.
 *
 * <p>The first rule that is broken decides, as in the API. Unknown kinds of blocks pass, so that
 * what a later API says can be sent back. Of thinking blocks it knows those that it was told of by
 * {@link #remember}: they must come back as they were. All methods may be called by any thread.
 */
public final class RequestRules {
  /** The version of the API whose rules are the newest. */
  public static final String NEWEST_VERSION = "2026-10-21";

  private static final Set<String> VERSIONS = Set.of("2023-01-01", "2023-06-01", NEWEST_VERSION);

  private final SaidThinking said = new SaidThinking();

  /**
   * Checks a request for a message.
   *
   * @param version the header {@code anthropic-version}, or {@code ""} if there is none
   * @param betas the values of the header {@code anthropic-beta}
   * @throws RefusedException if the API would refuse it
   */
  public void check(String version, Set<String> betas, JsonNode body) {
    requireVersion(version);
    BodyRules.checkMessageRequest(version, betas, body);
    checkContent(version, body);
  }

  /**
   * Checks a request for a message under the newest version, without betas.
   *
   * @throws RefusedException if the API would refuse it
   */
  public void check(byte[] body) {
    check(NEWEST_VERSION, Set.of(), JsonBody.parse(body));
  }

  /**
   * Checks a request to count tokens; see {@link #check(String, Set, JsonNode)}.
   *
   * @throws RefusedException if the API would refuse it
   */
  public void checkCount(String version, Set<String> betas, JsonNode body) {
    requireVersion(version);
    BodyRules.checkCountRequest(version, betas, body);
    checkContent(version, body);
  }

  /** Remembers the thinking in what the API answered, to know it when it comes back. */
  public void remember(JsonNode request, JsonNode content) {
    said.remember(request, content);
  }

  private static void requireVersion(String version) {
    if (version.isEmpty()) {
      throw RefusedException.invalid("anthropic-version: header is required");
    }
    if (!VERSIONS.contains(version)) {
      throw RefusedException.invalid(
          "anthropic-version: \"%s\" is not a valid version".formatted(version));
    }
  }

  private void checkContent(String version, JsonNode body) {
    ToolRules.check(body);
    BlockRules.checkSystem(body.path("system"));
    BlockRules.checkMessages(version, body.path("messages"));
    CacheMarkRules.check(body);
    var conversation = Conversation.of(body);
    PairingRules.check(conversation);
    ServerToolRules.check(conversation, body.path("tools"));
    PlacementRules.check(conversation, ModelName.of(body));
    ThinkingRules.check(body, conversation);
    said.check(body, conversation);
  }
}
