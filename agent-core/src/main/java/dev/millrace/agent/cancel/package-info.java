/** How running work is told to stop. Knows no other package of Millrace. */
@NullMarked
package dev.millrace.agent.cancel;

import org.jspecify.annotations.NullMarked;
