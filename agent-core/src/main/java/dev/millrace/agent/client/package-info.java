/** Who answers: the one seam to a model, and the HTTP client behind it. */
@NullMarked
package dev.millrace.agent.client;

import org.jspecify.annotations.NullMarked;
