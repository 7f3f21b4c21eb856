/**
 * What is said: messages, their content blocks, and the transcript that is always sendable.
 *
 * <p>This package knows no other package of Millrace.
 */
@NullMarked
package dev.millrace.agent.message;

import org.jspecify.annotations.NullMarked;
