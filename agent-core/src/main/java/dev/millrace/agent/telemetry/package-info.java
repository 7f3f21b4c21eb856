/** Metrics and spans by Micrometer, which is an optional dependency of this package alone. */
@NullMarked
package dev.millrace.agent.telemetry;

import org.jspecify.annotations.NullMarked;
