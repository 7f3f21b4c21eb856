/**
 * The front door: {@link dev.millrace.agent.AgentRunner} and what it tells. The loop itself is
 * {@code AgentLoop}, one file.
 */
@NullMarked
package dev.millrace.agent;

import org.jspecify.annotations.NullMarked;
