/**
 * JSON Schema for tools: made from Java types, checked, and the values that pass it bound to Java.
 *
 * <p>{@link dev.millrace.agent.schema.JsonSchema} says what an input must look like, {@link
 * dev.millrace.agent.schema.Binding} turns an input that fits into a Java value.
 */
@NullMarked
package dev.millrace.agent.schema;

import org.jspecify.annotations.NullMarked;
