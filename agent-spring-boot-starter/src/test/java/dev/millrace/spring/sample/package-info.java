/** What a user's application would look like. */
@NullMarked
package dev.millrace.spring.sample;

import org.jspecify.annotations.NullMarked;
