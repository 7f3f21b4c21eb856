/** Why the prompt cache was missed. */
@NullMarked
package dev.millrace.agent.cache;

import org.jspecify.annotations.NullMarked;
