package dev.millrace.agent.schema;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a type, a record component, a parameter or an enum constant means, in words for the model.
 *
 * <p>On a record component it becomes the {@code description} of the property, on a type that of
 * its schema (a component's own description wins), and on enum constants a list inside the enum's
 * description.
 *
 * {@snippet :
 * record WeatherQuery(@Description("City, e.g. Oslo") String city) {}
 * }
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({
  ElementType.TYPE,
  ElementType.RECORD_COMPONENT,
  ElementType.FIELD,
  ElementType.METHOD,
  ElementType.PARAMETER
})
public @interface Description {
  /** The text, as the model will read it. */
  String value();
}
