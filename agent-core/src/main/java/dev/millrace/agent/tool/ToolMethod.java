package dev.millrace.agent.tool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that the model may call; see {@link Toolbox#fromMethods}.
 *
 * {@snippet :
 * @ToolMethod("Current weather in a city.")
 * String getWeather(@Description("City, e.g. Oslo") String city) { ... }
 * }
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ToolMethod {
  /** What it does, when to use it and what it gives back; the model chooses by it. */
  String value();

  /** The tool's name; the method's, in snake_case, unless set. */
  String name() default "";

  /** What is true of the tool, as in {@link ToolTraits}. */
  ToolTraits.Trait[] traits() default {};
}
