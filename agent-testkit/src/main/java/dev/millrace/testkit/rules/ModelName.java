package dev.millrace.testkit.rules;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A model's line and version, read from its id; a name that is not the API's counts as the newest
 * of no line.
 *
 * @param version major times 100 plus minor: 406 is 4.6
 */
record ModelName(String line, int version) {
  private static final int NEWEST = Integer.MAX_VALUE;
  private static final Pattern NAME =
      Pattern.compile("claude-([a-z]+)-(\\d{1,2})(?:-(\\d{1,2}))?(?:[-@]\\D.*|[-@]\\d{8}.*)?");
  private static final Pattern OLD_NAME = Pattern.compile("claude-(?:[123]|instant)\\b.*");

  static ModelName of(JsonNode body) {
    String id = body.path("model").asString("");
    var name = NAME.matcher(id);
    if (name.matches()) {
      int minor = name.group(3) == null ? 0 : Integer.parseInt(name.group(3));
      return new ModelName(name.group(1), 100 * Integer.parseInt(name.group(2)) + minor);
    }
    return OLD_NAME.matcher(id).matches() ? new ModelName("", 300) : new ModelName("", NEWEST);
  }

  boolean isKnown() {
    return version != NEWEST;
  }

  boolean isFrom(int oldest) {
    return version >= oldest;
  }

  boolean is(String wantedLine, int oldest) {
    return line.equals(wantedLine) && version >= oldest;
  }
}
