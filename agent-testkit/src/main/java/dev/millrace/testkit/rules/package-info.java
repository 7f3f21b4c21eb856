/** What the Messages API refuses, and in which words. */
@NullMarked
package dev.millrace.testkit.rules;

import org.jspecify.annotations.NullMarked;
