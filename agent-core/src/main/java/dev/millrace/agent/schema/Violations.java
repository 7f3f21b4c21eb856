package dev.millrace.agent.schema;

import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** The validation library's errors, said so that a model can act on them. */
final class Violations {
  private static final int MAX_LISTED = 20;
  private static final int MAX_CHARS = 500;

  private Violations() {}

  static List<Violation> of(List<Error> errors) {
    var distinct = new LinkedHashMap<String, Violation>();
    for (Error error : UnionErrors.relevant(errors)) {
      String pointer = error.getInstanceLocation().toString();
      boolean constant = error.getKeyword().equals("const");
      String message = message(error);
      distinct.merge(
          pointer + " " + (constant ? "const" : message),
          new Violation(pointer, shorten(message)),
          (first, next) -> constant ? either(first, error) : first);
    }
    var all = List.copyOf(distinct.values());
    if (all.size() <= MAX_LISTED) {
      return all;
    }
    var listed = new ArrayList<>(all.subList(0, MAX_LISTED));
    listed.add(new Violation("", "and " + (all.size() - MAX_LISTED) + " more problems"));
    return List.copyOf(listed);
  }

  private static String message(Error error) {
    return switch (error.getKeyword()) {
      case "required" -> "required property '" + error.getProperty() + "' is missing";
      case "additionalProperties" -> "property '" + error.getProperty() + "' is not allowed";
      case "type" -> "expected " + argument(error, 1) + " but found " + argument(error, 0);
      case "enum" -> "must be one of " + values(error.getSchemaNode());
      case "const" -> "must be " + error.getSchemaNode();
      default -> error.getMessage();
    };
  }

  /** Several constants allowed at one place are the discriminators of a union. */
  private static Violation either(Violation first, Error next) {
    String message = first.message() + " or " + next.getSchemaNode();
    return new Violation(first.pointer(), shorten(message));
  }

  private static String argument(Error error, int index) {
    Object[] arguments = error.getArguments();
    return index < arguments.length ? String.valueOf(arguments[index]) : "another type";
  }

  private static String values(JsonNode allowed) {
    return StreamSupport.stream(allowed.spliterator(), false)
        .map(JsonNode::toString)
        .collect(Collectors.joining(", "));
  }

  private static String shorten(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + " ...";
  }
}
