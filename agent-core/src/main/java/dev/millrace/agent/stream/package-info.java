/** What arrives: bytes become server-sent events, stream events, and a growing message. */
@NullMarked
package dev.millrace.agent.stream;

import org.jspecify.annotations.NullMarked;
