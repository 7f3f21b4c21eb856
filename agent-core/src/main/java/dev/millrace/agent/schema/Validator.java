package dev.millrace.agent.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.PathType;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A compiled schema with its budget; the only class that drives the validation library.
 *
 * <p>Each has a registry of its own, so one caller's {@code $id} cannot stand in for another's.
 */
final class Validator {
  private static final int MAX_DEPTH = 256;
  private static final long FREE_STEPS = 200_000;
  private static final long STEPS_PER_NODE = 100;
  private static final int MAX_INPUT_DEPTH = 500;

  private final Schema schema;

  private Validator(Schema schema) {
    this.schema = schema;
  }

  /** Compiles a schema made by ourselves. */
  static Validator trusted(ObjectNode root, boolean checkFormats) {
    return new Validator(registry(checkFormats).getSchema(root));
  }

  /** Checks a caller's schema against its metaschema, then compiles it. */
  static Validator checked(ObjectNode root) {
    var metaschema = SchemaGate.isDraft07(root) ? Metaschemas.DRAFT_07 : Metaschemas.DRAFT_2020_12;
    try {
      var problems = Violations.of(metaschema.run(root, FREE_STEPS * 10));
      if (!problems.isEmpty()) {
        var first = problems.get(0);
        throw new InvalidSchemaException(first.pointer(), first.message());
      }
      var schema = registry(false).getSchema(root);
      schema.initializeValidators();
      return new Validator(schema);
    } catch (SchemaException | ValidationLimitExceededException | StackOverflowError e) {
      throw new InvalidSchemaException("", "schema cannot be compiled: " + e.getMessage(), e);
    }
  }

  /** All violations, or an exception when the budget is spent. */
  List<Violation> validate(JsonNode input) {
    var census = Census.of(input);
    if (census.depth() > MAX_INPUT_DEPTH) {
      return List.of(new Violation("", "input is nested deeper than " + MAX_INPUT_DEPTH));
    }
    if (census.hugeNumber() != null) {
      return List.of(new Violation("", "number " + census.hugeNumber() + " is out of range"));
    }
    try {
      return Violations.of(run(input, FREE_STEPS + STEPS_PER_NODE * census.nodes()));
    } catch (SchemaException e) {
      throw new SchemaBudgetException("Input could not be checked: " + e.getMessage(), e);
    } catch (ValidationLimitExceededException | StackOverflowError e) {
      throw new SchemaBudgetException(
          "Input could not be checked: the schema recurses or branches too much for it", e);
    }
  }

  private List<Error> run(JsonNode input, long steps) {
    return schema.validate(
        input,
        context ->
            context.executionConfig(
                config -> config.maxEvaluationDepth(MAX_DEPTH).maxEvaluationSteps(steps)));
  }

  /** The drafts' own schemas, read from the library's jar when the first caller's schema comes. */
  private static final class Metaschemas {
    static final Validator DRAFT_2020_12 = load(SpecificationVersion.DRAFT_2020_12);
    static final Validator DRAFT_07 = load(SpecificationVersion.DRAFT_7);

    private static Validator load(SpecificationVersion version) {
      return new Validator(registry(false).getSchema(SchemaLocation.of(version.getDialectId())));
    }
  }

  /** The library's drafts, without its warning in the log for each keyword of a vendor's own. */
  private static final class Dialects {
    static final Dialect DRAFT_2020_12 =
        quiet(com.networknt.schema.dialect.Dialects.getDraft202012());
    static final List<Dialect> ALL =
        List.of(DRAFT_2020_12, quiet(com.networknt.schema.dialect.Dialects.getDraft7()));

    private static Dialect quiet(Dialect draft) {
      return Dialect.builder(draft)
          .unknownKeywordFactory((keyword, context) -> new NonValidationKeyword(keyword))
          .build();
    }
  }

  private static SchemaRegistry registry(boolean checkFormats) {
    var config =
        SchemaRegistryConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ROOT)
            .formatAssertionsEnabled(checkFormats)
            .regularExpressionFactory(BoundedPattern::compile)
            .build();
    return SchemaRegistry.withDialects(
        Dialects.ALL,
        builder ->
            builder
                .defaultDialectId(Dialects.DRAFT_2020_12.getId())
                .schemaRegistryConfig(config)
                .schemaLoader(loader -> loader.allow(Validator::isMetaschema)));
  }

  private static boolean isMetaschema(com.networknt.schema.AbsoluteIri iri) {
    String id = iri.toString();
    return id.startsWith("https://json-schema.org/draft/")
        || id.startsWith("http://json-schema.org/draft-07/");
  }
}
