package dev.millrace.testkit.rules;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The Messages API's own checks of a request: what it refuses, and in which words. */
public final class RequestRules {

  /** Checks. */
  public void check(String version, Set<String> betas, JsonNode body, boolean countOnly) {}

  /** Remembers. */
  public void remember(JsonNode request, JsonNode content) {}
}
