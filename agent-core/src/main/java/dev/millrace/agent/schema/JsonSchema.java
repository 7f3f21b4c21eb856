package dev.millrace.agent.schema;

import java.io.StringWriter;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema of a tool's input: a text to send to the API and a check of what comes back.
 *
 * <p>Immutable and safe for many threads. A schema given by a caller ({@link #of(String)}) may be
 * hostile and is checked when it is made; one made {@linkplain #from(Class) from a Java type} is
 * our own and loads no validator before the first {@link #validate}. Nothing is ever fetched: a
 * reference that leaves the schema is refused.
 *
 * <p>Drafts 2020-12 (the default) and 07 (by {@code $schema}) are understood. In a caller's schema
 * {@code format} is an annotation, as 2020-12 has it; in one made from a Java type it is checked.
 */
public final class JsonSchema {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final ObjectNode root;
  private final String text;
  private final boolean checkFormats;
  private volatile @Nullable Validator validator;

  private JsonSchema(
      ObjectNode root, String text, boolean checkFormats, @Nullable Validator validator) {
    this.root = root;
    this.text = text;
    this.checkFormats = checkFormats;
    this.validator = validator;
  }

  private static JsonSchema generated(ObjectNode root) {
    return new JsonSchema(root, textOf(root), true, null);
  }

  /**
   * The same as the tree's own text, which would load all of a mapper at the start of a program.
   */
  private static String textOf(ObjectNode root) {
    var text = new StringWriter();
    try (var tokens = root.traverse(ObjectReadContext.empty());
        var generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      tokens.nextToken();
      generator.copyCurrentStructure(tokens);
    }
    return text.toString();
  }

  /**
   * Reads and checks a schema.
   *
   * @throws InvalidSchemaException if it is not one JSON object, not valid against its metaschema,
   *     not usable as a tool's {@code input_schema}, refers to something outside itself, or is too
   *     large or too deep; the exception names the place and the reason
   */
  public static JsonSchema of(String json) {
    return of(SchemaGate.parse(json));
  }

  /**
   * Checks a schema that is already a tree. The tree is copied.
   *
   * @throws InvalidSchemaException as {@link #of(String)}
   */
  public static JsonSchema of(JsonNode schema) {
    ObjectNode root = SchemaGate.admit(schema);
    return new JsonSchema(root, root.toString(), false, Validator.checked(root));
  }

  /**
   * Makes the schema of a record (or of a map, whose keys are strings).
   *
   * <p>Every component is required except {@code Optional*} and {@code @Nullable} ones; properties
   * keep the order of declaration; unknown properties are forbidden. A sealed interface of records
   * becomes {@code anyOf} with a discriminator: the property named by {@code @JsonTypeInfo}, or
   * {@code "type"} holding the record's simple name in snake_case. {@link Binding} reads the same
   * form.
   *
   * @throws InvalidSchemaException if a type inside is not supported; the message names its path
   */
  public static JsonSchema from(Class<?> type) {
    return from((Type) type);
  }

  /**
   * Makes the schema of a type that may be generic, for example {@code Page<Item>}.
   *
   * @throws InvalidSchemaException as {@link #from(Class)}
   */
  public static JsonSchema from(Type type) {
    return generated(new SchemaGenerator().generate(type));
  }

  /**
   * Makes the schema of an object with a property for each of these parameters of a method, named
   * and described as the components of a record are.
   *
   * @throws InvalidSchemaException as {@link #from(Class)}, and when the names of the parameters
   *     were not kept by the compiler
   */
  public static JsonSchema from(List<Parameter> parameters) {
    for (var parameter : parameters) {
      if (!parameter.isNamePresent()) {
        throw new InvalidSchemaException(
            parameter.getDeclaringExecutable().getName(),
            "the names of its parameters are not in the class file; compile with -parameters");
      }
    }
    var owner =
        parameters.isEmpty() ? "" : parameters.getFirst().getDeclaringExecutable().getName();
    return generated(new SchemaGenerator().generate(parameters, owner));
  }

  /** What the property of a method's parameter is named. */
  public static String nameOf(Parameter parameter) {
    return Property.of(parameter).name();
  }

  /** The schema as compact JSON text; always the same text for the same schema. */
  public String json() {
    return text;
  }

  /** The schema as a tree of its own, which the caller may change. */
  public ObjectNode node() {
    return root.deepCopy();
  }

  /**
   * Everything that is wrong with an input; empty if it fits.
   *
   * <p>Nothing is coerced: {@code "5"} is not an integer, {@code 5.0} is one. At most 20 violations
   * are listed; a last one then says how many more there are.
   *
   * @throws SchemaBudgetException if checking would cost more than its budget of steps
   */
  public List<Violation> validate(JsonNode input) {
    Objects.requireNonNull(input, "input");
    Validator ready = validator;
    if (ready == null) {
      // Two threads may both get here; the second validator is as good as the first.
      ready = Validator.trusted(root, checkFormats);
      validator = ready;
    }
    return ready.validate(input);
  }

  /** Schemas are equal when their texts are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonSchema that
        && text.equals(that.text)
        && checkFormats == that.checkFormats;
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The same as {@link #json()}. */
  @Override
  public String toString() {
    return text;
  }
}
