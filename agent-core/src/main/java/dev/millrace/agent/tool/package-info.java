/** What can be done: tools, their toolbox, and the three phases of a turn's calls. */
@NullMarked
package dev.millrace.agent.tool;

import org.jspecify.annotations.NullMarked;
